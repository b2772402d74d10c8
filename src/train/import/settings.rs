//! The sections of a shop's file that an imported model needs: what is asked of a shopper, and what may be offered.
//!
//! Nothing can be fitted on import. Where the features have fitted transforms, their program comes from the file that
//! `skonto features --program` wrote beside the table the model was trained on.

use crate::error::{Code, Error, Result};
use crate::feature::{Program, Schema};
use crate::money::BasisPoints;
use crate::policy::Menu;
use crate::train::Params;
use crate::train::config::percent;
use crate::train::program;
use crate::train::release;
use crate::train::texts::{self, Labels};

/// What the file says; what other commands need is known and left alone.
#[derive(Clone, Debug)]
pub struct Settings(Params);

fn bad(what: impl Into<String>) -> Error {
    Error::new(Code::BadConfig, what.into())
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// [`Code::BadConfig`] for a key that is not known, or a section that is missing.
    pub fn from_toml(text: &str) -> Result<Settings> {
        Params::from_toml(text).map(Settings)
    }

    /// The shop's name.
    pub fn shop(&self) -> &str {
        &self.0.shop.name
    }

    /// The features that the file declares.
    ///
    /// # Errors
    /// [`Code::BadConfig`] where something of them is fitted on data.
    pub fn program(&self) -> Result<Program> {
        let declared = program::compile(&self.0.program())?;
        let fitted = self.0.rules.is_some() || self.0.words.is_some() || declared.needs_data();
        match (fitted, declared.program.features.is_empty()) {
            (false, false) => Ok(declared.program),
            (false, true) => Err(bad("an imported model needs a [[feature]] for every column, the file has none")),
            (true, _) => {
                Err(bad("a transform, [clusters], [rules] or [words] are fitted on a log: name the program that \
                 `skonto features --program` wrote, with --from"))
            }
        }
    }

    /// The groups of a shop that names none: one, without a name, at the default margin. Every arm of the menu is open,
    /// because an imported model does not say which discounts its data had.
    pub fn schema(&self) -> Result<Schema> {
        Ok(Schema::nameless(self.margin("")?, u16::MAX))
    }

    /// Groups that came with a program, at this shop's margins and with every arm open.
    pub fn priced(&self, mut schema: Schema) -> Result<Schema> {
        if schema.groups.is_empty() {
            return self.schema();
        }
        for department in &mut schema.departments {
            department.margin = self.margin(&department.name)?;
        }
        schema.groups.iter_mut().for_each(|group| group.support = u16::MAX);
        Ok(schema)
    }

    fn margin(&self, department: &str) -> Result<BasisPoints> {
        let margins =
            self.0.margins.as_ref().ok_or_else(|| bad("an imported model needs `margins`, the file has none"))?;
        let found = margins.get(department).or_else(|| margins.get("default"));
        percent("margins", *found.ok_or_else(|| bad("margins: `default` is missing"))?)
    }

    /// What may be offered.
    pub fn menu(&self) -> Result<Menu> {
        let menu = self.0.menu.as_ref().ok_or_else(|| bad("an imported model needs `menu`, the file has none"))?;
        release::menu(menu, &menu.check()?, self.shop())
    }

    /// What shoppers are told the features are.
    pub fn labels(&self) -> Labels {
        texts::labels(&self.0.feature)
    }
}
