use std::fs;

use super::*;
use crate::audit_log::read;
use crate::forget::tests::Office;

fn shares(office: &Office) -> Vec<Share> {
    let custodians = ["direzione", "legale", "regione"].map(str::to_owned);
    office.root().split(2, &custodians).unwrap()
}

fn ask(
    office: &Office,
    shares: &[Share],
    numbers: &[u32],
) -> Result<Vec<(Pseudonym, Revealed)>, RevealError> {
    ask_logged(office, shares, numbers, &mut office.log())
}

fn ask_logged(
    office: &Office,
    shares: &[Share],
    numbers: &[u32],
    log: &mut AuditLog,
) -> Result<Vec<(Pseudonym, Revealed)>, RevealError> {
    let persons = numbers.iter().map(|number| office.pseudonym(*number)).collect();
    let vault = office.vault();
    let (reason, case) = (Remark::new("tutela urgente").unwrap(), Remark::new("RG 12/2025").unwrap());
    let request = RevealRequest {
        vault: &vault,
        key: office.keys.vault(),
        shares,
        persons: &persons,
        reason: &reason,
        case: &case,
        at: DateTime::from_timestamp(1_750_000_000, 0).unwrap(),
    };
    reveal(&request, log)
}

fn name(revealed: &Revealed) -> Option<String> {
    let Revealed::Person(identity) = revealed else { return None };
    identity.expose().map(|(column, value)| format!("{column}={value}")).next()
}

#[test]
fn nothing_is_revealed_that_is_not_logged() {
    let office = Office::new();
    let shares = shares(&office);
    let told = ask(&office, &shares[1..], &[4, 9]).unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!(name(&told[0].1), Some("family_name=Provafalso 4".to_owned()));
    assert!(told[1] == (office.pseudonym(9), Revealed::Absent));

    let trail = read(office.log().path(), Some(office.keys.audit())).unwrap();
    let Some(Action::Revealed { persons: 2, shares: noted, vault, reason, .. }) = trail.entries[0].known()
    else {
        panic!()
    };
    let noted: Vec<_> = noted.iter().map(|share| (share.number, share.custodian.as_str())).collect();
    assert_eq!(noted, [(2, "legale"), (3, "regione")]);
    assert_eq!(vault, Digest(Sha256::digest(fs::read(office.vault()).unwrap()).into()));
    assert_eq!(reason.as_str(), "tutela urgente");

    // The entry is there before a record is opened: also if the record turns out to be damaged.
    let mut damaged = fs::read(office.vault()).unwrap();
    let record = damaged.windows(16).position(|part| part == office.pseudonym(4).as_bytes()).unwrap();
    damaged[record + 30] ^= 1;
    let (private, replace) = (inlav_core::whole::Access::Private, inlav_core::whole::Existing::Replace);
    inlav_core::whole::write(&office.vault(), &damaged, private, replace).unwrap();
    let refused = ask(&office, &shares, &[4]);
    assert!(matches!(refused, Err(RevealError::Vault(VaultReadError::Record { record: 4, .. }))));
    assert_eq!(office.log().entries(), 2);

    // And nothing comes out that cannot be logged.
    let refused = ask_logged(&office, &shares, &[3], &mut office.broken_log());
    assert!(matches!(refused, Err(RevealError::Log(AuditLogError::Broken { line: 3, .. }))));
}

#[test]
fn too_few_or_wrong_shares_reveal_nothing_and_leave_no_entry() {
    let (office, other) = (Office::new(), Office::new());
    let ours = shares(&office);
    assert!(matches!(ask(&office, &ours[..1], &[1]), Err(RevealError::Shares(CombineError::TooFew { .. }))));
    let foreign = shares(&other);
    let refused = ask(&office, &foreign[..2], &[1]);
    assert!(matches!(refused, Err(RevealError::Vault(VaultReadError::Key { .. }))));
    assert!(matches!(ask(&office, &ours, &[]), Err(RevealError::Nobody)));
    assert_eq!(office.log().entries(), 0);
}

#[test]
fn a_forgotten_person_is_not_revealed_from_a_backup() {
    let office = Office::new();
    let backup = fs::read(office.vault()).unwrap();
    office.forget(&[2]).unwrap();
    let shares = shares(&office);
    let told = ask(&office, &shares, &[2, 3]).unwrap();
    let of = |told: &[(Pseudonym, Revealed)], number| {
        let (_, revealed) = told.iter().find(|(found, _)| *found == office.pseudonym(number)).unwrap();
        (*revealed == Revealed::Forgotten, name(revealed))
    };
    assert_eq!(of(&told, 2), (true, None));
    assert_eq!(of(&told, 3), (false, Some("family_name=Provafalso 3".to_owned())));

    let (private, replace) = (inlav_core::whole::Access::Private, inlav_core::whole::Existing::Replace);
    inlav_core::whole::write(&office.vault(), &backup, private, replace).unwrap();
    assert_eq!(of(&ask(&office, &shares, &[2]).unwrap(), 2), (true, None));
}
