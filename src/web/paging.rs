//! Place of a page in a list that has several.

use serde::Serialize;

/// Page of a list: its number, and the addresses of the pages beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paging {
    /// Number of the page, from 1.
    pub number: usize,
    /// Number of the last page.
    pub last: usize,
    /// Address of the page before; empty on the first one.
    pub previous: String,
    /// Address of the page after; empty on the last one.
    pub next: String,
}

impl Paging {
    /// Returns the page with this number, or the nearest one, of a list of `rows` rows in pages of `size`. `address` is the
    /// address of a page by its number.
    #[must_use]
    pub fn new(number: usize, rows: usize, size: usize, address: impl Fn(usize) -> String) -> Self {
        let last = rows.div_ceil(size).max(1);
        let number = number.clamp(1, last);
        Self {
            number,
            last,
            previous: if number > 1 { address(number - 1) } else { String::new() },
            next: if number < last { address(number + 1) } else { String::new() },
        }
    }

    /// Returns the page with this number of `rows`, and its rows.
    #[must_use]
    pub fn cut<T>(
        number: usize,
        rows: Vec<T>,
        size: usize,
        address: impl Fn(usize) -> String,
    ) -> (Self, Vec<T>) {
        let paging = Self::new(number, rows.len(), size, address);
        let rows = rows.into_iter().skip(paging.skipped(size)).take(size).collect();
        (paging, rows)
    }

    /// Returns the number of rows before this page.
    #[must_use]
    pub fn skipped(&self, size: usize) -> usize {
        (self.number - 1) * size
    }

    /// Sample of a page in the middle.
    #[must_use]
    pub fn sample() -> Self {
        Self::new(2, 60, 25, |number| format!("?page={number}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: usize, rows: usize) -> (usize, usize, String, String) {
        let paging = Paging::new(number, rows, 25, |number| number.to_string());
        (paging.number, paging.last, paging.previous, paging.next)
    }

    #[test]
    fn counts_pages_and_stays_within_them() {
        let none = String::new;
        assert_eq!(page(1, 0), (1, 1, none(), none()));
        assert_eq!(page(1, 25), (1, 1, none(), none()));
        assert_eq!(page(1, 26), (1, 2, none(), "2".into()));
        assert_eq!(page(2, 51), (2, 3, "1".into(), "3".into()));
        assert_eq!(page(0, 51), (1, 3, none(), "2".into()));
        assert_eq!(page(usize::MAX, 51), (3, 3, "2".into(), none()));
    }

    #[test]
    fn cuts_each_row_into_one_page() {
        let rows: Vec<usize> = (0..60).collect();
        let cut = |number| Paging::cut(number, rows.clone(), 25, |_| String::new()).1;
        assert_eq!([cut(1), cut(2), cut(3)].concat(), rows);
    }
}
