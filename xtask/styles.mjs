// Bundles a style sheet with all that it imports, and minifies it: node styles.mjs <main sheet> <bundle>
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { bundle } from 'lightningcss';

const [main, target] = process.argv.slice(2);
try {
  const { code, warnings } = bundle({ filename: main, minify: true });
  for (const warning of warnings) console.error(at(warning));
  writeFileSync(target, code);
} catch (error) {
  console.error(at(error));
  process.exitCode = 1;
}

/** The message with its place, as other compilers print it. */
function at({ message, loc, fileName }) {
  const file = loc?.filename ?? fileName;
  return file ? `${relative(process.cwd(), file)}:${loc?.line ?? 1}:${loc?.column ?? 1}: ${message}` : message;
}
