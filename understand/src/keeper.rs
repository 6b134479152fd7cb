//! 模型的保存。 One folder: the card that says what a model is, and the model it names. The card is written last, so that
//! whoever reads it finds the model there.

use crate::card::Card;
use crate::model::{Model, Untrainable};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

/// Of a county's data folder.
pub const FOLDER: &str = "understand";
const CARD: &str = "card.json";

/// 模型的保管人。 Reads the model again when another was trained, also by another process.
pub struct Keeper {
    folder: PathBuf,
    held: Mutex<Option<(SystemTime, Option<Arc<Model>>)>>,
}

impl Keeper {
    pub fn at(folder: &Path) -> Keeper {
        Keeper { folder: folder.to_path_buf(), held: Mutex::new(None) }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder. Errors: it cannot be written.
    pub fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)
    }

    /// The model in use; `None` where none was trained, or what lies there is not what its card says.
    pub fn model(&self) -> Option<Arc<Model>> {
        let written = fs::metadata(self.folder.join(CARD)).and_then(|card| card.modified()).ok()?;
        let mut held = self.held.lock().ok()?;
        if let Some((of, model)) = &*held
            && *of == written
        {
            return model.clone();
        }
        // What cannot be read now is not tried again at every look, only when it was written anew.
        let model = self.read().ok().map(Arc::new);
        *held = Some((written, model.clone()));
        model
    }

    /// Errors: the files cannot be read, or are not those of one model.
    pub fn read(&self) -> Result<Model, Untrainable> {
        let card: Card =
            serde_json::from_slice(&fs::read(self.folder.join(CARD))?).map_err(io::Error::from)?;
        let bytes = fs::read(self.file(&card.model))?;
        Model::read(card, &bytes)
    }

    /// Puts a model in the place of the one before. Errors: the folder cannot be written.
    pub fn keep(&self, card: &Card, bytes: &[u8]) -> io::Result<()> {
        self.prepare()?;
        let before = fs::read_dir(&self.folder)?.filter_map(Result::ok).map(|entry| entry.path());
        let before: Vec<PathBuf> =
            before.filter(|path| path.extension().is_some_and(|end| end == "bin")).collect();
        write_whole(&self.file(&card.model), bytes)?;
        write_whole(&self.folder.join(CARD), &serde_json::to_vec_pretty(card)?)?;
        for old in before.into_iter().filter(|path| *path != self.file(&card.model)) {
            fs::remove_file(old)?;
        }
        Ok(())
    }

    fn file(&self, model: &str) -> PathBuf {
        self.folder.join(format!("{model}.bin"))
    }
}

/// Beside it first: a crash leaves the old file or the new one.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(beside, path)
}
