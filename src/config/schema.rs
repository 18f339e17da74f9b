//! The table of keys as a JSON Schema, so that editors complete, explain and check as you type.

use serde_json::{Map, Value, json};
use toml::de::DeValue;

use super::keys::{self, Key, Kind};
use super::values::{show_duration, show_size};

const DURATION: &str = r"^\s*([0-9]+\s*[wdhms]\s*)+$";
const SIZE: &str = r"^\s*[0-9]+\s*([kKmMgG]([iI])?)?[bB]\s*$";

/// JSON Schema draft 7, which editors' TOML plug-ins know.
#[must_use]
pub fn schema() -> Value {
    let mut root = object(keys::MAIN);
    root.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    root.insert("title".into(), json!("wirewatch.toml"));
    root.insert(
        "definitions".into(),
        json!({ "zone": { "type": "string", "enum": keys::zones().collect::<Vec<_>>() } }),
    );
    Value::Object(root)
}

/// Unknown keys are refused, as they are when the config is read.
fn object(keys: &'static [Key]) -> Map<String, Value> {
    let properties: Map<_, _> = keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let needed: Vec<_> = keys.iter().filter(|key| key.needed).map(|key| key.name).collect();
    let mut object = Map::new();
    object.insert("type".into(), json!("object"));
    object.insert("additionalProperties".into(), json!(false));
    object.insert("properties".into(), Value::Object(properties));
    if !needed.is_empty() {
        object.insert("required".into(), json!(needed));
    }
    object
}

fn property(key: &Key) -> Value {
    let mut property = shape(&key.kind);
    let bounds = bounds(&key.kind).map(|bounds| format!(" ({bounds})")).unwrap_or_default();
    property.insert("description".into(), json!(format!("{}{bounds}", key.about)));
    if let Some(default) = key.default.and_then(value) {
        property.insert("default".into(), default);
    }
    if let Some(example) = key.example.and_then(value) {
        property.insert("examples".into(), json!([example]));
    }
    Value::Object(property)
}

fn shape(kind: &Kind) -> Map<String, Value> {
    let shape = match kind {
        Kind::Text => json!({ "type": "string" }),
        // TOML's own dates reach a schema as strings.
        Kind::Moment => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}" }),
        Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Number(bounds) => {
            json!({ "type": "integer", "minimum": bounds.start(), "maximum": bounds.end() })
        }
        Kind::Duration(_) => json!({ "type": "string", "pattern": DURATION }),
        Kind::Size(_) => json!({ "type": "string", "pattern": SIZE }),
        Kind::Choice(words) => json!({ "type": "string", "enum": words }),
        Kind::FlagOr(words) => {
            let flags = [json!(true), json!(false)];
            json!({ "enum": flags.into_iter().chain(words.iter().map(|word| json!(word))).collect::<Vec<_>>() })
        }
        // A description beside a $ref would be ignored in draft 7.
        Kind::Zone => json!({ "allOf": [{ "$ref": "#/definitions/zone" }] }),
        Kind::Table(keys) => Value::Object(object(keys)),
        Kind::Tables(keys) => json!({ "type": "array", "items": object(keys) }),
        Kind::TextByName => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Kind::TextsByName => {
            json!({ "type": "object", "additionalProperties": { "type": "array", "items": { "type": "string" } } })
        }
    };
    match shape {
        Value::Object(shape) => shape,
        _ => Map::new(),
    }
}

/// Bounds that a pattern cannot say.
fn bounds(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Duration(bounds) => {
            Some(format!("{} to {}", show_duration(*bounds.start()), show_duration(*bounds.end())))
        }
        Kind::Size(bounds) => Some(format!("{} to {}", show_size(*bounds.start()), show_size(*bounds.end()))),
        _ => None,
    }
}

/// A TOML value as JSON.
fn value(toml: &str) -> Option<Value> {
    DeValue::parse(toml).ok().map(|value| json_of(value.get_ref()))
}

fn json_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Integer(number) => json!(i64::from_str_radix(number.as_str(), number.radix()).ok()),
        DeValue::Array(list) => list.iter().map(|item| json_of(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let pairs =
                table.iter().map(|(key, value)| (key.get_ref().to_string(), json_of(value.get_ref())));
            Value::Object(pairs.collect())
        }
        DeValue::String(text) => json!(text),
        DeValue::Float(number) => json!(number.as_str()),
        DeValue::Datetime(date) => json!(date.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Key, Kind, keys, schema, value};

    fn all() -> Vec<&'static Key> {
        fn below(key: &'static Key) -> Vec<&'static Key> {
            let inner = match key.kind {
                Kind::Table(keys) | Kind::Tables(keys) => keys,
                _ => &[],
            };
            std::iter::once(key).chain(inner.iter().flat_map(below)).collect()
        }
        keys::MAIN.iter().flat_map(below).collect()
    }

    #[test]
    fn defaults_and_examples_are_toml() {
        let keys = all();
        assert!(keys.len() > 60, "{}", keys.len());
        for key in keys {
            for written in [key.default, key.example].into_iter().flatten() {
                assert!(value(written).is_some(), "{}: {written}", key.name);
            }
            assert!(key.about.ends_with('.'), "{} wants a sentence", key.name);
        }
    }

    #[test]
    fn every_key_is_described() {
        fn count(value: &Value) -> usize {
            match value {
                Value::Object(map) => {
                    usize::from(map.contains_key("description")) + map.values().map(count).sum::<usize>()
                }
                Value::Array(list) => list.iter().map(count).sum(),
                _ => 0,
            }
        }
        assert_eq!(count(&schema()), all().len());
    }
}
