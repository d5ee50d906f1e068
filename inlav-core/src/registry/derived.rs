//! Fields of the domain's model that nobody writes down, because they follow from others.

/// A field that is worked out.
#[derive(Debug, Clone, Copy)]
pub struct Derived {
    /// The entity it belongs to.
    pub entity: &'static str,
    /// The field.
    pub field: &'static str,
    /// How it is worked out, in Italian.
    pub from_it: &'static str,
    /// How it is worked out, in English.
    pub from_en: &'static str,
}

/// The fields of the domain's model for which an export has no column.
pub const DERIVED: &[Derived] = &[
    Derived {
        entity: "Person",
        field: "person_id",
        from_it: "all'hub, dai codici di collegamento dei documenti",
        from_en: "at the hub, from the linkage tokens of the documents",
    },
    Derived {
        entity: "Person",
        field: "age_band",
        from_it: "dall'anno di nascita e dal giorno del primo contatto",
        from_en: "from the year of birth and the day of the first contact",
    },
    Derived {
        entity: "Assessment",
        field: "palermo",
        from_it: "dagli indicatori, elemento per elemento del Protocollo di Palermo",
        from_en: "from the indicators, element by element of the Palermo Protocol",
    },
    Derived {
        entity: "ServiceEvent",
        field: "area",
        from_it: "dal tipo di servizio, che appartiene a un'area",
        from_en: "from the type of service, which belongs to an area",
    },
    Derived {
        entity: "FollowUp",
        field: "due_on",
        from_it: "dal giorno di chiusura: 28 giorni, 6 mesi, 12 mesi dopo",
        from_en: "from the day of closure: 28 days, 6 months, 12 months later",
    },
];
