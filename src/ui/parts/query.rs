//! The URL is the state: links that change one part of the query and keep the rest.

use leptos_router::params::ParamsMap;

/// One value out of a query; empty counts as absent.
#[must_use]
pub fn query_text(query: &ParamsMap, key: &str) -> Option<String> {
    query.get(key).filter(|value| !value.is_empty())
}

/// What the router escapes, and nobody wants to read so in an address.
const NEEDLESSLY_ESCAPED: [(&str, &str); 3] = [("%5F", "_"), ("%2D", "-"), ("%3A", ":")];

/// The address of `path` with `query`, in which `key` is `value`, or absent.
#[must_use]
pub fn href_with(path: &str, query: &ParamsMap, key: &'static str, value: Option<&str>) -> String {
    let mut query = query.clone();
    let _ = query.remove(key);
    if let Some(value) = value {
        query.insert(key, value.to_owned());
    }
    let mut query = query.to_query_string();
    for (escaped, plain) in NEEDLESSLY_ESCAPED {
        query = query.replace(escaped, plain);
    }
    format!("{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_changes_and_the_rest_stays() {
        let query: ParamsMap = [("status", "paid"), ("customer", "Jun")]
            .into_iter()
            .collect();
        let href = href_with("/shop/orders", &query, "status", None);
        assert_eq!(href, "/shop/orders?customer=Jun");
        let href = href_with("/shop/orders", &ParamsMap::new(), "status", Some("paid"));
        assert_eq!(href, "/shop/orders?status=paid");
        let href = href_with("/shop/orders", &ParamsMap::new(), "as_of", Some("a_b"));
        assert_eq!(href, "/shop/orders?as_of=a_b");
        let time = Some("2026-10-01T09:30:00Z");
        let href = href_with("/shop/orders", &ParamsMap::new(), "as_of", time);
        assert_eq!(href, "/shop/orders?as_of=2026-10-01T09:30:00Z");
    }
}
