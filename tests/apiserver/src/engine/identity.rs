//! Uids and generated names, from the single seeded generator of the server.

use uuid::Builder;

use super::Engine;

/// The characters of generated names: no vowels and no characters that look alike.
const SUFFIX_CHARACTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
/// `generateName` plus suffix must fit in a label.
const LONGEST_BASE: usize = 58;

impl Engine {
    pub(super) fn new_uid(&self) -> String {
        let bytes: [u8; 16] = self.random.lock().u128(..).to_be_bytes();
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// Generates a name that starts with `base`.
    pub(super) fn generate_name(&self, base: &str) -> String {
        let mut random = self.random.lock();
        let suffix: String =
            (0..5).map(|_| char::from(SUFFIX_CHARACTERS[random.usize(..SUFFIX_CHARACTERS.len())])).collect();
        let base: String = base.chars().take(LONGEST_BASE).collect();
        format!("{base}{suffix}")
    }
}
