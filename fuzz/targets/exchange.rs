//! What travels with an extract: manifest, signature, public keys, what the custodian says of its tokens;
//! and the proof that a key was destroyed.

#![no_main]

use inlav_core::exchange::{
    CustodianFile, DestructionProof, Digest, Manifest, PublicKeyFile, RelinkManifest, SignatureFile,
};
use inlav_core::programme::{ProjectId, SiteId};
use libfuzzer_sys::fuzz_target;

macro_rules! written_again {
    ($data:expr, $($kind:ty),*) => {$(
        if let Ok(read) = serde_json::from_slice::<$kind>($data) {
            let written = serde_json::to_vec(&read).expect("what was read can be written");
            let again: $kind = serde_json::from_slice(&written).expect("what was written can be read");
            assert_eq!(again, read);
        }
    )*};
}

fuzz_target!(|data: &[u8]| {
    if let Ok(manifest) = serde_json::from_slice::<Manifest>(data) {
        let bytes = manifest.canonical();
        let again: Manifest = serde_json::from_slice(&bytes).expect("canonical bytes can be read");
        assert_eq!(again.canonical(), bytes, "canonical bytes are the same again");
    }
    written_again!(data, Manifest, SignatureFile, PublicKeyFile, CustodianFile, RelinkManifest);
    written_again!(data, DestructionProof, Digest, SiteId, ProjectId);
});
