//! What does not fit into memory, in one temporary file per thread.
//!
//! The bytes are private to one run: no header, no version, no promise. The folder goes when its owner does, after
//! an error as after success. A full disk or a folder that cannot be written is a typed error that names the folder.

use crate::error::{Code, Error, Result};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Folders of one process must not meet.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A folder that is removed when dropped; made only when first needed.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    made: Mutex<bool>,
}

/// Where some bytes were put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    start: u64,
    length: usize,
}

/// One thread's file.
#[derive(Debug)]
pub struct Spill {
    path: PathBuf,
    file: Mutex<File>,
    end: u64,
}

impl Folder {
    /// A folder inside `parent`, with a name of its own.
    pub fn inside(parent: &Path) -> Folder {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Folder { path: parent.join(format!("skonto-{}-{number}", std::process::id())), made: Mutex::new(false) }
    }

    /// A new file in the folder.
    pub fn file(&self, name: &str) -> Result<Spill> {
        let mut made = self.made.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !*made {
            fs::create_dir_all(&self.path).map_err(|error| failed("make", &self.path, &error))?;
            *made = true;
        }
        let path = self.path.join(name);
        let file = File::options().read(true).write(true).create_new(true).open(&path);
        let file = file.map_err(|error| failed("make", &path, &error))?;
        Ok(Spill { path, file: Mutex::new(file), end: 0 })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nothing sensible is left to do about a folder that will not go.
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Spill {
    /// Writes bytes at the end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<Extent> {
        let file = self.file.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner());
        let written = file.seek(SeekFrom::Start(self.end)).and_then(|_| file.write_all(bytes));
        written.map_err(|error| failed("write", &self.path, &error))?;
        let extent = Extent { start: self.end, length: bytes.len() };
        self.end += bytes.len() as u64;
        Ok(extent)
    }

    /// Reads them again, replacing what `into` held.
    pub fn read(&self, extent: Extent, into: &mut Vec<u8>) -> Result<()> {
        let mut file = self.file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        into.resize(extent.length, 0);
        let read = file.seek(SeekFrom::Start(extent.start)).and_then(|_| file.read_exact(into));
        read.map_err(|error| failed("read", &self.path, &error))
    }

    /// Bytes written.
    pub fn bytes(&self) -> u64 {
        self.end
    }
}

fn failed(verb: &str, path: &Path, error: &std::io::Error) -> Error {
    let advice = "; --memory raises what is kept in memory, TMPDIR moves the rest";
    Error::new(Code::Io, format!("cannot {verb} the temporary {}: {error}{advice}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_was_written_and_leaves_nothing_behind() {
        let folder = Folder::inside(&std::env::temp_dir());
        let path = folder.path.clone();
        assert!(!path.exists(), "nothing is made before it is needed");
        let mut spill = folder.file("one").unwrap();
        let extents = [&b"first"[..], b"", b"second"].map(|bytes| spill.append(bytes).unwrap());
        let mut bytes = b"old and longer than any".to_vec();
        spill.read(extents[2], &mut bytes).unwrap();
        assert_eq!((bytes.as_slice(), spill.bytes()), (&b"second"[..], 11));
        assert!(path.exists());
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn names_the_folder_that_cannot_be_written() {
        let folder = Folder::inside(Path::new("/proc/no such place"));
        let error = folder.file("one").unwrap_err();
        assert_eq!(error.code(), Code::Io);
        assert!(error.to_string().contains("/proc/no such place/skonto-"), "{error}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_an_error_not_a_panic() {
        let file = File::options().read(true).write(true).open("/dev/full").unwrap();
        let mut spill = Spill { path: "/dev/full".into(), file: Mutex::new(file), end: 0 };
        let error = spill.append(&[0; 4_096]).unwrap_err();
        assert_eq!(error.code(), Code::Io);
        assert!(error.to_string().contains("cannot write"), "{error}");
    }
}
