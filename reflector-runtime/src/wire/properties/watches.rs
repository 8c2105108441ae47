//! Properties of a watch's body: events of all forms and lengths, in chunks of any size, cut anywhere.

use super::*;

/// What a line of a watch is read as.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Read {
    /// The type and the text of an event.
    Object(&'static str, Vec<u8>),
    /// The type of an event whose line is too long.
    TooLong(&'static str),
    Bookmark(String),
    EmptyBookmark,
    Other,
}

fn read(line: Line) -> Result<Read, ProtocolError> {
    let object = |event_type, text| match text {
        ObjectText::Whole(text) => Read::Object(event_type, text.to_vec()),
        ObjectText::Prefix(_) => Read::TooLong(event_type),
    };
    Ok(match watch_frame(line)? {
        WatchFrame::Added(text) => object("ADDED", text),
        WatchFrame::Modified(text) => object("MODIFIED", text),
        WatchFrame::Deleted(text) => object("DELETED", text),
        WatchFrame::Bookmark { resource_version, .. } => Read::Bookmark(resource_version),
        WatchFrame::EmptyBookmark => Read::EmptyBookmark,
        WatchFrame::Error(_) | WatchFrame::Unknown { .. } => Read::Other,
    })
}

/// Reads a body in chunks of this size. Returns what was read, and how the body ended.
fn read_watch(text: &[u8], size: usize, limit: usize) -> (Vec<Read>, Result<(), ProtocolError>) {
    let mut framer = LineFramer::with_line_limit(limit);
    let mut found = Vec::new();
    let mut lines = |text: &[u8], found: &mut Vec<Read>| {
        for chunk in text.chunks(size) {
            framer.push(&Bytes::copy_from_slice(chunk))?;
            while let Some(line) = framer.next_line()? {
                found.push(read(line)?);
            }
        }
        framer.finish()
    };
    let end = lines(text, &mut found);
    (found, end)
}

/// One line, and what it is read as.
fn line() -> impl Strategy<Value = (String, Read)> {
    let event_type = prop::sample::select(vec!["ADDED", "MODIFIED", "DELETED"]);
    // An event begins with its type. So the type is seen however long the object is.
    let object = (event_type, object()).prop_map(|(event_type, object)| {
        let text = object.to_string();
        let line = format!(r#"{{"type":"{event_type}","object":{text}}}"#);
        (line, Read::Object(event_type, text.into_bytes()))
    });
    let bookmark = prop_oneof![
        any::<u32>().prop_map(|version| (version.to_string(), Some(version))),
        any::<u32>().prop_map(|version| (format!("\"{version}\""), Some(version))),
        prop::sample::select(vec!["\"\"", "null", "[]"]).prop_map(|version| (version.to_owned(), None)),
    ]
    .prop_map(|(literal, version)| {
        let line =
            format!(r#"{{"object":{{"metadata":{{"resourceVersion":{literal}}}}},"type":"BOOKMARK"}}"#);
        (line, version.map_or(Read::EmptyBookmark, |version| Read::Bookmark(version.to_string())))
    });
    let bare = Just((r#"{"type":"BOOKMARK"}"#.to_owned(), Read::EmptyBookmark));
    prop_oneof![4 => object, 2 => bookmark, 1 => bare]
}

/// The lines, each with a line feed, or also without in some places.
fn body(lines: &[(String, Read)], separators: &[&str]) -> String {
    lines
        .iter()
        .zip(separators.iter().cycle())
        .flat_map(|((line, _), separator)| [line, *separator])
        .collect()
}

fn separators() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(vec!["\n", "\r\n", "", "\n\n"]), 1..4)
}

/// What the lines are read as under this limit. Only lines with an object can be read if they are too long.
fn expected(lines: &[(String, Read)], limit: usize) -> Vec<Read> {
    let of_the_type = |line: &(String, Read)| match line {
        (text, Read::Object(event_type, _)) if text.len() > limit => Read::TooLong(event_type),
        (text, _) if text.len() > limit => Read::Other,
        (_, read) => read.clone(),
    };
    lines.iter().map(of_the_type).collect()
}

/// The longest beginning of an event that shows its type.
const TYPE: usize = r#"{"type":"MODIFIED","object":{"#.len();

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn events_do_not_depend_on_chunks_and_neighbors(
        lines in prop::collection::vec(line(), 0..6),
        size in 1..60_usize,
        limit in prop_oneof![Just(LIMIT), TYPE..150],
        separators in separators(),
    ) {
        // Without a line feed, it is not known where a line that is too long ends.
        let text = body(&lines, if limit == LIMIT { &separators } else { &["\n"] });
        let (found, end) = read_watch(text.as_bytes(), size, limit);
        prop_assert_eq!(end, Ok(()));
        let expected = expected(&lines, limit);
        prop_assert_eq!(found.len(), expected.len());
        for (found, expected) in found.into_iter().zip(expected) {
            // The part of a bookmark that is seen may contain its version.
            if expected != Read::Other {
                prop_assert_eq!(found, expected);
            }
        }
    }

    /// A body that is cut shows the events before the cut, and ends with an error unless the last one is complete.
    #[test]
    fn a_body_that_is_cut_shows_the_events_before_the_cut(
        lines in prop::collection::vec(line(), 1..4),
        size in 1..60_usize,
        limit in prop_oneof![Just(LIMIT), TYPE..150],
        cut in any::<prop::sample::Index>(),
    ) {
        let text = body(&lines, &["\n"]);
        let cut = cut.index(text.len());
        let (whole, _) = read_watch(text.as_bytes(), 1000, limit);
        let (found, end) = read_watch(&text.as_bytes()[..cut], size, limit);
        let mut complete = 0;
        let mut position = 0;
        let mut is_between = true;
        for (line, _) in &lines {
            let line_end = position + line.len();
            if cut >= line_end {
                complete += 1;
            } else {
                is_between = cut == position;
                break;
            }
            position = line_end + 1;
            if cut < position {
                break;
            }
        }
        prop_assert_eq!(&found[..], &whole[..complete]);
        prop_assert_eq!(end, if is_between { Ok(()) } else { Err(ProtocolError::Truncated) });
    }
}
