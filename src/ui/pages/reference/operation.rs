//! One operation.

use leptos::prelude::*;

use super::filter::finds;
use super::prose::prose;
use crate::contract::{ApiAnswer, ApiField, ApiOperation, ApiProblem, ApiRequest, ApiShape};
use crate::ui::parts::Copy;

/// The operation: its line, and behind it all there is to know.
pub fn operation(operation: ApiOperation, base: &str, words: Memo<String>) -> AnyView {
    let shown = StoredValue::new(operation.clone());
    let is_hidden =
        move || words.with(|words| shown.with_value(|operation| !finds(operation, words)));
    let ApiOperation {
        id,
        method,
        path,
        summary,
        about,
        role,
        parameters,
        bodies,
        requests,
        answers,
        problems,
    } = operation;
    let link = format!("#{id}");
    let class = method_class(&method);
    let requests: Vec<_> = requests
        .into_iter()
        .map(|request| request_view(&request, base))
        .collect();
    let only_body = bodies.len() == 1;
    let bodies: Vec<_> = bodies
        .into_iter()
        .map(|shape| shape_view("Body", shape, only_body))
        .collect();
    let answers: Vec<_> = answers.into_iter().map(answer_view).collect();
    view! {
        <details class="operation" class:is-hidden=is_hidden>
            <summary>
                <span class=class>{method}</span>
                <code class="operation-path">{path_view(&path)}</code>
                <span class="operation-summary">{summary}</span>
            </summary>
            <div class="operation-body" id=id>
                <p>{prose(&about)}</p>
                <p class="mute">
                    "Needs the role " <b>{role}</b> " or a higher one. "
                    <a href=link>"Link to this operation"</a>
                </p>
                {fields_view("Parameters", parameters)}
                {bodies}
                <h3>"Request"</h3>
                {requests}
                <h3>"Answers"</h3>
                {answers}
                {problems_view(problems)}
            </div>
        </details>
    }
    .into_any()
}

fn method_class(method: &str) -> &'static str {
    match method {
        "GET" => "method",
        _ => "method is-write",
    }
}

/// The path, which may break after each of its parts.
fn path_view(path: &str) -> Vec<AnyView> {
    let part = |part: &str| view! { {part.to_owned()} <wbr /> }.into_any();
    path.split_inclusive('/').map(part).collect()
}

/// Names and meanings; nothing where there are none.
fn fields_view(title: &'static str, fields: Vec<ApiField>) -> Option<AnyView> {
    let rows: Vec<_> = fields.into_iter().map(field_row).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <h3>{title}</h3>
            <dl class="fields">{rows}</dl>
        }
        .into_any()
    })
}

fn field_row(field: ApiField) -> AnyView {
    let must = if field.place.is_some() {
        "required"
    } else {
        "always there"
    };
    let notes = [field.place.clone(), field.required.then(|| must.to_owned())];
    let notes: Vec<_> = notes.into_iter().flatten().collect();
    view! {
        <dt>
            <code>{field.name}</code>
            <span class="field-notes">{notes.join(", ")}</span>
        </dt>
        <dd>
            <span class="field-kind">{field.kind}</span>
            <span>{prose(&field.about)}</span>
        </dd>
    }
    .into_any()
}

/// The fields of a body or an answer, which can be folded: they are long, and the examples say most of it.
fn shape_view(of: &'static str, shape: ApiShape, open: bool) -> AnyView {
    let title = format!("{of}: {}", shape.name);
    let rows: Vec<_> = shape.fields.into_iter().map(field_row).collect();
    view! {
        <details class="reference-more" open=open>
            <summary>{title} <span class="mute">{prose(&shape.about)}</span></summary>
            <dl class="fields">{rows}</dl>
        </details>
    }
    .into_any()
}

fn request_view(request: &ApiRequest, base: &str) -> AnyView {
    let line = request.curl(base);
    let copied = line.clone();
    view! {
        <figure class="sample">
            <figcaption>
                <span>{request.what.clone()}</span>
                <Copy text=copied what="request" />
            </figcaption>
            <pre class="payload" tabindex="0">{line}</pre>
        </figure>
    }
    .into_any()
}

fn answer_view(answer: ApiAnswer) -> AnyView {
    let examples: Vec<_> = answer
        .examples
        .into_iter()
        .map(|(what, text)| {
            view! {
                <figure class="sample">
                    <figcaption>
                        <span>{what}</span>
                    </figcaption>
                    <pre class="payload" tabindex="0">{text}</pre>
                </figure>
            }
        })
        .collect();
    let shape = answer.shape.map(|shape| shape_view("Fields", shape, false));
    view! {
        <p>
            <b class="num">{answer.status}</b>
            " "
            {answer.about}
        </p>
        {examples}
        {shape}
    }
    .into_any()
}

fn problems_view(problems: Vec<ApiProblem>) -> Option<AnyView> {
    let rows: Vec<_> = problems
        .into_iter()
        .map(|problem| view! { <ProblemRow problem=problem /> })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <h3>"Problems"</h3>
            <ul class="reference-problems">{rows}</ul>
        }
        .into_any()
    })
}

/// A kind of problem, with how it looks folded behind it.
#[component]
pub fn ProblemRow(
    /// The kind.
    problem: ApiProblem,
) -> impl IntoView {
    view! {
        <li>
            <details>
                <summary>
                    <b class="num">{problem.status}</b>
                    <code>{problem.slug}</code>
                    <span class="mute">{problem.title}</span>
                </summary>
                <pre class="payload" tabindex="0">{problem.example}</pre>
            </details>
        </li>
    }
    .into_any()
}
