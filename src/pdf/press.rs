//! `Press`: draws letters away from the threads that answer requests.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use super::{
    draw::{Drawing, draw},
    enclosure::{Enclosed, Enclosure, picture},
    error::{Error, Unusable},
    flow::{Flow, PictureSize},
    html::Letter,
    leaves::place_leaves,
    sheet::SIDE,
    text::{Look, Text},
    typesetter::Typesetter,
};

/// Letters and files that are drawn at the same time in one process.
const MAX_DRAWN: usize = 2;
/// Longest time for which a letter waits for others to be drawn.
const PATIENCE: Duration = Duration::from_secs(20);
/// Largest number of sheets of one letter with its files.
const MAX_SHEETS: usize = 600;

/// Draws letters. Cheap to clone. Fonts are read while a letter is drawn, and are in no memory otherwise.
#[derive(Clone, Debug)]
pub struct Press {
    permits: Arc<Semaphore>,
}

/// Letter to draw.
#[derive(Default)]
pub struct Paper {
    /// Page of the letter: `title`, `header` and `footer` for each sheet, and `main`. In the footer, `{page}` and `{pages}` are
    /// replaced. `aside` is drawn below if a character is in no font.
    pub html: String,
    /// Photos that the page shows.
    pub pictures: Vec<Picture>,
    /// Files whose pages follow the letter.
    pub files: Vec<Enclosed>,
}

/// Photo that a letter shows.
pub struct Picture {
    /// Address that the page has for it.
    pub source: String,
    /// Content: JPEG or PNG.
    pub bytes: Vec<u8>,
}

impl Default for Press {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(MAX_DRAWN)) }
    }
}

impl Press {
    /// Draws a letter.
    ///
    /// # Errors
    /// [`Error::Busy`] if others are drawn for long, or the reason why it could not be drawn.
    pub async fn draw(&self, paper: Paper) -> Result<Vec<u8>, Error> {
        self.run(move || draw_paper(&paper)).await?
    }

    /// Reads a file whose pages are to follow a letter. Returns the reason if it cannot be drawn.
    ///
    /// # Errors
    /// [`Error::Busy`] if others are drawn for long.
    pub async fn read(&self, bytes: Vec<u8>) -> Result<Result<Enclosure, Unusable>, Error> {
        match self.run(move || Enclosure::read(bytes)).await {
            Ok(read) => Ok(read),
            // A damaged file can make its reader panic.
            Err(Error::Panic) => Ok(Err(Unusable::Damaged)),
            Err(error) => Err(error),
        }
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let permit = timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else { return Err(Error::Busy) };
        let work = move || {
            let result = work();
            drop(permit);
            result
        };
        spawn_blocking(work).await.map_err(|_| Error::Panic)
    }
}

fn draw_paper(paper: &Paper) -> Result<Vec<u8>, Error> {
    let letter = Letter::read(&paper.html);
    let pictures: Vec<(&str, Enclosure)> = paper.pictures.iter().filter_map(read_picture).collect();
    let sizes = |source: &str| {
        let index = pictures.iter().position(|(known, _)| *known == source)?;
        Some(PictureSize { index, size: *pictures[index].1.sizes.first()? })
    };
    let mut typesetter = Typesetter::new();
    let mut flow = Flow::new(&mut typesetter, &letter.head, &sizes);
    flow.blocks(&letter.blocks, None, flow.column());
    if flow.typesetter.has_missing {
        flow.blocks(&letter.note, None, flow.column());
    }
    for (index, file) in paper.files.iter().enumerate() {
        place_leaves(&mut flow, index, file);
    }
    if flow.done.pages.len() > MAX_SHEETS {
        return Err(Error::TooLong(MAX_SHEETS));
    }
    place_feet(&mut flow, &letter.foot);
    draw(Drawing {
        sheets: flow.done,
        pictures: pictures.iter().map(|(_, picture)| picture).collect(),
        files: paper.files.iter().map(|enclosed| &enclosed.file).collect(),
        title: letter.title,
        lang: letter.lang,
    })
}

/// Reads a photo. A damaged one is left out, and its text is in its place.
fn read_picture(shown: &Picture) -> Option<(&str, Enclosure)> {
    Some((shown.source.as_str(), picture(shown.bytes.clone()).ok()?))
}

/// Writes the line at the bottom of each sheet.
fn place_feet(flow: &mut Flow<'_>, foot: &str) {
    let pages = flow.done.pages.len().to_string();
    for sheet in 0..flow.done.pages.len() {
        let text = foot.replace("{pages}", &pages).replace("{page}", &(sheet + 1).to_string());
        flow.place_foot(sheet, &Text::plain(&text, Look::Margin), SIDE);
    }
}
