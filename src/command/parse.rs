//! Every command by its name, and reading it from JSON.

use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

use crate::domain::inventory::{
    DispatchStock, ReceiveStock, RegisterProduct, ReleaseStock, ReserveStock,
};
use crate::domain::orders::{
    CancelOrder, ConfirmOrder, MarkOrderPaid, MarkOrderReserved, PlaceOrder, ShipOrder,
};
use crate::domain::payments::{AuthorisePayment, VoidPayment};
use crate::schema::from_json;

/// Why a body is not a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// No command has that name.
    #[error("there is no command `{0}`")]
    Unknown(String),
    /// The body does not fit; says which field and why.
    #[error("{0}")]
    Invalid(String),
}

/// Writes the enum and its names from one list, so that none can be forgotten.
macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A command: an order to do something, which may be refused.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Command { $($(#[$doc])* $name($name),)* }

        impl Command {
            /// The names of all commands.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)*];

            /// The schema of each body, in the order of the names.
            pub fn schemas(generator: &mut SchemaGenerator) -> Vec<Schema> {
                vec![$(generator.subschema_for::<$name>(),)*]
            }

            /// Reads the command `name` from JSON. Unknown, missing and wrong fields are errors.
            ///
            /// # Errors
            /// When there is no such command, or the body does not fit it.
            pub fn parse(name: &str, json: &[u8]) -> Result<Command, ParseError> {
                match name {
                    $(stringify!($name) => {
                        from_json(json).map(Command::$name).map_err(ParseError::Invalid)
                    })*
                    _ => Err(ParseError::Unknown(name.to_owned())),
                }
            }

            /// Its name.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Command::$name(_) => stringify!($name),)* }
            }

            /// Its body, as [`Command::parse`] reads it.
            ///
            /// # Errors
            /// When it cannot be written as JSON, which no command of ours should be.
            pub fn to_json(&self) -> Result<Value, serde_json::Error> {
                match self { $(Command::$name(command) => serde_json::to_value(command),)* }
            }
        }

        $(impl From<$name> for Command {
            fn from(command: $name) -> Command {
                Command::$name(command)
            }
        })*
    };
}

commands! {
    /// Puts a product into the catalogue.
    RegisterProduct,
    /// Takes a delivery into the house.
    ReceiveStock,
    /// Orders products.
    PlaceOrder,
    /// Ends an order that is not shipped.
    CancelOrder,
    /// Hands a confirmed order to the carrier.
    ShipOrder,
    /// Promises pieces to an order. Sent by the fulfilment process.
    ReserveStock,
    /// Takes a promise back. Sent by the fulfilment process.
    ReleaseStock,
    /// Lets promised pieces leave. Sent by the fulfilment process.
    DispatchStock,
    /// Asks the card processor. Sent by the fulfilment process.
    AuthorisePayment,
    /// Gives an authorised amount back. Sent by the fulfilment process.
    VoidPayment,
    /// Records that all lines are reserved. Sent by the fulfilment process.
    MarkOrderReserved,
    /// Records that the payment is authorised. Sent by the fulfilment process.
    MarkOrderPaid,
    /// Makes a paid order ready to ship. Sent by the fulfilment process.
    ConfirmOrder,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_survives_its_json() {
        let json = br#"{"order_id":"00000000-0000-0000-0000-000000000007","reason":"late"}"#;
        let command = Command::parse("CancelOrder", json).expect("a command");
        assert_eq!(command.name(), "CancelOrder");
        let again = command.to_json().expect("json").to_string();
        assert_eq!(Command::parse("CancelOrder", again.as_bytes()), Ok(command));
    }

    #[test]
    fn what_is_no_command_says_why() {
        assert_eq!(
            Command::parse("MakeTea", b"{}"),
            Err(ParseError::Unknown("MakeTea".to_owned()))
        );
        let Err(ParseError::Invalid(detail)) = Command::parse("ShipOrder", b"{}") else {
            panic!("an order id is missing");
        };
        assert!(detail.contains("order_id"), "{detail}");
    }
}
