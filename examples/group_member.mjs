// A member of a consumer group in Node: connects, takes events, acknowledges each, and connects again when it is cut off.
//
//     npm install ws
//     node group_member.mjs ws://127.0.0.1:3000 mailer worker-1

import WebSocket from 'ws';

// Events that may be on their way to us. Each that is done makes room for another one.
const CREDIT = 100;

const [server, group, member] = process.argv.slice(2);
const url = `${server}/api/v1/consumers/${group}/connect?member=${member}`;
let wait = 100;

function connect() {
  const socket = new WebSocket(url);
  const say = (frame) => socket.send(JSON.stringify(frame));
  socket.on('open', () => {
    wait = 100;
    say({ type: 'credit', n: CREDIT });
  });
  socket.on('message', (text) => {
    const frame = JSON.parse(text);
    if (frame.type === 'event') {
      say(answer(frame));
      say({ type: 'credit', n: 1 });
    } else if (frame.type === 'error') {
      console.error(frame.problem.detail);
    }
  });
  socket.on('error', (error) => console.error(error.message));
  socket.on('close', () => {
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 5000);
  });
}

function answer({ delivery, event }) {
  try {
    handle(event);
    return { type: 'ack', delivery };
  } catch (error) {
    return { type: 'nack', delivery, action: 'retry', reason: error.message };
  }
}

/** Here is what this member is for. An event may come more than once. */
function handle(event) {
  console.log(event.position, event.type);
}

connect();
