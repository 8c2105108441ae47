//! Shard selectors: ranges of the 64-bit FNV-1a hash of an object's uid or namespace.

/// One or more ranges over one field; an object in any of them matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShardSelector {
    field: ShardField,
    /// Inclusive start, exclusive end; an end of 2^64 needs the wider type.
    ranges: Vec<(u128, u128)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShardField {
    Uid,
    Namespace,
}

impl ShardField {
    fn path(self) -> &'static str {
        match self {
            Self::Uid => "object.metadata.uid",
            Self::Namespace => "object.metadata.namespace",
        }
    }
}

impl ShardSelector {
    /// Parses `shardRange(object.metadata.uid, '0x…', '0x…') || shardRange(…)`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err(
                "empty shard selector is not allowed; omit the parameter for unfiltered lists".to_owned()
            );
        }
        let parsed = text.split("||").map(|call| parse_call(call.trim())).collect::<Result<Vec<_>, _>>()?;
        let first = parsed.first().map_or(ShardField::Uid, |(field, _)| *field);
        if let Some((other, _)) = parsed.iter().find(|(field, _)| *field != first) {
            let (a, b) = (first.path(), other.path());
            return Err(format!("all shard ranges must use the same field, got \"{a}\" and \"{b}\""));
        }
        Ok(Self { field: first, ranges: parsed.into_iter().map(|(_, range)| range).collect() })
    }

    pub(crate) fn matches(&self, uid: &str, namespace: &str) -> bool {
        let hash = u128::from(match self.field {
            ShardField::Uid => fnv1a(uid),
            ShardField::Namespace => fnv1a(namespace),
        });
        self.ranges.iter().any(|(start, end)| (*start..*end).contains(&hash))
    }
}

impl std::fmt::Display for ShardSelector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, (start, end)) in self.ranges.iter().enumerate() {
            let or = if i == 0 { "" } else { " || " };
            write!(f, "{or}shardRange({}, '0x{start:016x}', '0x{end:016x}')", self.field.path())?;
        }
        Ok(())
    }
}

fn parse_call(call: &str) -> Result<(ShardField, (u128, u128)), String> {
    let Some((function, rest)) = call.split_once('(') else {
        return Err("unexpected expression; expected shardRange() call or || operator".to_owned());
    };
    if function.trim() != "shardRange" {
        return Err(format!(
            "unsupported function \"{}\"; only shardRange() and || are allowed",
            function.trim()
        ));
    }
    let inner = rest.strip_suffix(')').ok_or("CEL parse error: Syntax error: missing ')'")?;
    let arguments: Vec<&str> = inner.split(',').map(str::trim).collect();
    let [field, start, end] = arguments[..] else {
        return Err(format!("shardRange() requires exactly 3 arguments, got {}", arguments.len()));
    };
    let field = [ShardField::Uid, ShardField::Namespace].into_iter().find(|known| known.path() == field).ok_or_else(
        || format!("unsupported field path \"{field}\"; supported: object.metadata.uid, object.metadata.namespace"),
    )?;
    let (from, to) = (parse_bound(start, "hexStart")?, parse_bound(end, "hexEnd")?);
    if from >= to {
        let bare = |text: &str| text.trim_matches(['\'', '"']).to_owned();
        return Err(format!("shard range start {} must be less than end {}", bare(start), bare(end)));
    }
    Ok((field, (from, to)))
}

fn parse_bound(literal: &str, name: &str) -> Result<u128, String> {
    let text = ['\'', '"']
        .iter()
        .find_map(|quote| literal.strip_prefix(*quote)?.strip_suffix(*quote))
        .ok_or_else(|| format!("{name} must be a string literal (e.g. '0xff')"))?;
    let hex =
        text.strip_prefix("0x").ok_or_else(|| format!("{name} must have '0x' prefix, got \"{text}\""))?;
    if hex.is_empty() {
        return Err(format!("{name}: hex value is required after '0x'"));
    }
    if hex.len() > 17 {
        let length = hex.len();
        return Err(format!("{name}: hex value too long ({length} chars, max 17): \"{hex}\""));
    }
    if let Some(bad) = hex.chars().find(|c| !matches!(c, '0'..='9' | 'a'..='f')) {
        return Err(format!("{name}: invalid hex character \"{bad}\" in \"{text}\""));
    }
    match hex.len() {
        17 if text != "0x10000000000000000" => {
            Err(format!("{name}: 17-digit hex value must be '0x10000000000000000' (2^64), got \"{text}\""))
        }
        16 | 17 => u128::from_str_radix(hex, 16).map_err(|error| format!("{name}: {error}")),
        _ => Err(format!(
            "{name} must be a 0x-prefixed 16-digit hex value, got \"{text}\" (did you mean \"0x{hex:0>16}\"?)"
        )),
    }
}

/// The 64-bit FNV-1a hash.
fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv1a_matches_the_reference_values() {
        // The reference values of the algorithm's authors.
        assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn each_object_is_in_exactly_one_of_two_halves() {
        let lower = "shardRange(object.metadata.uid, '0x0000000000000000', '0x8000000000000000')";
        let upper = "shardRange(object.metadata.uid,'0x8000000000000000','0x10000000000000000')";
        let (lower, upper) = (ShardSelector::parse(lower).unwrap(), ShardSelector::parse(upper).unwrap());
        let mut random = fastrand::Rng::with_seed(1);
        let uid = |bits: u128| uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string();
        let uids: Vec<String> = (0..1000).map(|_| uid(random.u128(..))).collect();
        assert!(uids.iter().all(|uid| lower.matches(uid, "") != upper.matches(uid, "")));
        assert!(uids.iter().filter(|uid| lower.matches(uid, "")).count().abs_diff(500) < 100);
    }

    #[test]
    fn bounds_must_have_sixteen_digits() {
        let error =
            ShardSelector::parse("shardRange(object.metadata.uid,'0x0','0x8000000000000000')").unwrap_err();
        assert!(error.contains("did you mean \"0x0000000000000000\"?"), "{error}");
        assert!(ShardSelector::parse("other(1)").unwrap_err().contains("only shardRange()"));
        assert!(ShardSelector::parse("").is_err());
    }
}
