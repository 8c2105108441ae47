//! Lists and watches are split in the same way wherever their chunks end.

use bytes::Bytes;

use super::{
    FramingError, ListFramer, ListHead, ListToken, Metadata, Part, WatchEvent, WatchFramer,
    testing::{bytes, envelope, number, pod},
};

/// The parts of a list that arrives in chunks of `size` bytes.
fn parts(body: &[u8], size: usize, limit: usize) -> Result<Vec<ListToken>, FramingError> {
    let (mut framer, mut tokens) = (ListFramer::new(limit), Vec::new());
    for chunk in body.chunks(size) {
        framer.push(&Bytes::copy_from_slice(chunk));
        while let Some(token) = framer.next_token()? {
            tokens.push(token);
        }
    }
    framer.finish().map(|()| tokens)
}

fn list(items: &[&[u8]]) -> Vec<u8> {
    let metadata = [bytes(1, b""), bytes(2, b"99"), bytes(3, b"more"), number(4, 5)].concat();
    let items = items.iter().flat_map(|item| bytes(2, item));
    let list: Vec<_> = bytes(1, &metadata).into_iter().chain(items).collect();
    envelope("v1", "PodList", &list)
}

fn head() -> ListHead {
    ListHead {
        api_version: Some("v1".to_owned()),
        kind: Some("PodList".to_owned()),
        resource_version: Some("99".to_owned()),
        continue_token: Some("more".to_owned()),
        remaining_item_count: Some(5),
    }
}

#[test]
fn a_list_is_split_wherever_its_chunks_end() {
    let pod = pod();
    let body = list(&[&pod, b"", &pod]);
    let item = |bytes: &[u8]| ListToken::Item(bytes.into());
    let expected = [ListToken::Head(head()), item(&pod), item(b""), item(&pod)];
    for size in 1..body.len() {
        assert_eq!(parts(&body, size, pod.len()).unwrap(), expected, "{size}");
    }
    let beginning = &pod[..100];
    let too_long = |bytes: &[u8]| ListToken::ItemTooLong(bytes.into());
    let expected = [ListToken::Head(head()), too_long(beginning), item(b""), too_long(beginning)];
    for size in 1..body.len() {
        assert_eq!(parts(&body, size, 100).unwrap(), expected, "{size}");
    }
}

#[test]
fn a_list_that_is_cut_off_is_an_error() {
    let body = list(&[&pod(), &pod()]);
    // The envelope ends with two empty fields that it need not have.
    let list_end = body.len() - 4;
    for end in 0..body.len() {
        let complete = end == list_end || end == list_end + 2;
        assert_eq!(parts(&body[..end], 64, 10_000).is_ok(), complete, "{end}");
    }
}

#[test]
fn an_empty_list_has_a_head() {
    assert_eq!(parts(&list(&[]), 1, 0), Ok(vec![ListToken::Head(head())]));
    let bare = envelope("v1", "PodList", b"");
    let kind = Some("PodList".to_owned());
    let head = ListHead { api_version: Some("v1".to_owned()), kind, ..ListHead::default() };
    assert_eq!(parts(&bare, 1, 0), Ok(vec![ListToken::Head(head)]));
}

#[test]
fn other_bodies_are_no_list() {
    let long = envelope("v1", "PodList", &bytes(1, &bytes(3, &vec![b'a'; 100_000])));
    assert_eq!(parts(&long, 4096, 10), Err(FramingError::TooLong { limit: 65_536 }));
    let twice = [envelope("v1", "PodList", b""), bytes(2, b"")].concat();
    let beyond_the_end = envelope("v1", "PodList", &[10, 100, 1]);
    let cut_in_a_tag = envelope("v1", "PodList", &[10]);
    for other in [
        &cut_in_a_tag[..],
        &b"{\"kind\":\"PodList\"}"[..],
        b"k8s\0\x0b",
        b"k8s\0\x10\x01",
        &twice,
        &beyond_the_end,
    ] {
        assert!(matches!(parts(other, 5, 10), Err(FramingError::Malformed { .. })), "{other:?}");
    }
    assert_eq!(parts(b"k8", 1, 1), Err(FramingError::Truncated));
}

fn event(event_type: &str, object: &[u8]) -> Vec<u8> {
    let event =
        [bytes(1, event_type.as_bytes()), bytes(2, &bytes(1, &envelope("v1", "Pod", object)))].concat();
    [u32::try_from(event.len()).unwrap().to_be_bytes().to_vec(), event].concat()
}

#[test]
fn a_watch_is_split_wherever_its_chunks_end() {
    let pod = pod();
    let body = [event("ADDED", &pod), event("DELETED", b"")].concat();
    for size in 1..body.len() {
        let (mut framer, mut events) = (WatchFramer::new(1_000), Vec::new());
        for chunk in body.chunks(size) {
            framer.push(&Bytes::copy_from_slice(chunk));
            while let Some(Part::Whole(event)) = framer.next_event().unwrap() {
                events.push(event);
            }
        }
        assert!(!framer.is_inside(), "{size}");
        let read: Vec<_> = events.iter().map(|event| WatchEvent::read(event).unwrap()).collect();
        let found: Vec<_> = read.iter().map(|event| (event.event_type.unwrap(), event.object.raw)).collect();
        assert_eq!(found, [("ADDED", &pod[..]), ("DELETED", b"")], "{size}");
        assert_eq!(read[0].object.kind, Some("Pod"));
    }
}

#[test]
fn of_an_event_that_is_too_long_the_beginning_is_kept() {
    let pod = pod();
    let body = [event("MODIFIED", &pod), event("DELETED", b"")].concat();
    let mut framer = WatchFramer::new(120);
    for chunk in body.chunks(11) {
        framer.push(&Bytes::copy_from_slice(chunk));
        let Some(part) = framer.next_event().unwrap() else { continue };
        match part {
            Part::TooLong(prefix) => {
                let event = WatchEvent::read_prefix(&prefix);
                assert_eq!((event.event_type, event.object.kind), (Some("MODIFIED"), Some("Pod")));
                let metadata = Metadata::read_prefix(event.object.raw);
                assert_eq!((metadata.namespace, metadata.name), (Some("n"), Some("a")));
                assert_eq!(metadata.resource_version, Some("7"));
            }
            Part::Whole(event) => assert_eq!(WatchEvent::read(&event).unwrap().event_type, Some("DELETED")),
        }
    }
    assert!(!framer.is_inside());
}
