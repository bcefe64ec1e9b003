//! The API for people who write programs: every operation with what it takes, what it answers, and a request to copy.
//! Made from the same document that `/api/openapi.json` is.

mod filter;
mod operation;
mod prose;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::PageHead;
use crate::api::get_reference;
use crate::contract::{ApiProblem, ApiReference, ApiSection};
use crate::ui::parts::{Empty, answered, query_text};

use filter::{Filter, finds};
use operation::{ProblemRow, operation};
use prose::prose;

/// The page.
#[component]
pub fn ReferencePage() -> impl IntoView {
    let reference = Resource::new_blocking(|| (), |()| get_reference());
    let beside = || view! { <span>"for programs in any language"</span> };
    let actions = || {
        view! { <a class="button" href="/api/openapi.json" rel="external">"OpenAPI 3.1"</a> }
    };
    view! {
        <PageHead title="API" beside=beside actions=actions />
        {answered(reference, whole)}
    }
    .into_any()
}

fn whole(reference: ApiReference) -> AnyView {
    let query = use_query_map();
    let words = Memo::new(move |_| {
        query
            .with(|query| query_text(query, "q"))
            .unwrap_or_default()
    });
    let ApiReference {
        about,
        version,
        base,
        sections,
        always,
    } = reference;
    let found = Memo::new({
        let sections = sections.clone();
        move |_| {
            let operations = sections.iter().flat_map(|section| &section.operations);
            words.with(|words| operations.filter(|one| finds(one, words)).count())
        }
    });
    let sections: Vec<_> = sections
        .into_iter()
        .map(|section| section_view(section, &base, words))
        .collect();
    let nothing = move || {
        (found.get() == 0).then(|| {
            view! {
                <Empty title="No operation has all of these words.">
                    <a href="/api">"Show all operations"</a>
                </Empty>
            }
        })
    };
    view! {
        <section class="panel reference-about" aria-label="In general">
            <p>{prose(&about)}</p>
            <p class="mute">
                "Version " {version} ". Requests go to " <code>{base.clone()}</code> "."
            </p>
            {always_view(always)}
        </section>
        <Filter found=found />
        {sections}
        {nothing}
    }
    .into_any()
}

/// The problems that every operation may answer with.
fn always_view(problems: Vec<ApiProblem>) -> impl IntoView {
    let rows: Vec<_> = problems
        .into_iter()
        .map(|problem| view! { <ProblemRow problem=problem /> })
        .collect();
    view! {
        <details class="reference-more">
            <summary>"Problems that any operation may answer with"</summary>
            <ul class="reference-problems">{rows}</ul>
        </details>
    }
}

fn section_view(section: ApiSection, base: &str, words: Memo<String>) -> AnyView {
    let anchor = section.name.to_lowercase().replace(' ', "-");
    let labelled_by = anchor.clone();
    let operations = StoredValue::new(section.operations.clone());
    let is_empty = move || {
        words.with(|words| operations.with_value(|all| !all.iter().any(|one| finds(one, words))))
    };
    let operations: Vec<_> = section
        .operations
        .into_iter()
        .map(|one| operation(one, base, words))
        .collect();
    view! {
        <section class="reference-section" class:is-hidden=is_empty aria-labelledby=labelled_by>
            <header>
                <h2 id=anchor>{section.name}</h2>
                <p class="mute">{prose(&section.about)}</p>
            </header>
            <div class="panel is-flush operations">{operations}</div>
        </section>
    }
    .into_any()
}
