//! List of a user's own referrals of all patients: pages, and search.

use super::{
    error::Error,
    list_store::Listed,
    list_views::MinePage,
    own_list_store::{self, Cursor, PAGE_ROWS},
    own_referrals::chrome,
    search::Search,
    service::Referrals,
};
use crate::{
    users::SignedIn,
    web::{Chrome, Paging, RequestState, Web},
};

/// Address of a page of the list.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// Launch context that the list was opened from. Ignored unless it belongs to this session.
    pub(super) from: String,
    /// Sealed search; empty for all referrals.
    pub(super) find: String,
    /// Place at which the search goes on, as in [`Place::path`]; empty for the newest referral.
    pub(super) before: String,
    /// Number of the page.
    pub(super) page: usize,
}

impl Place {
    /// Returns the path of a page.
    pub(super) fn path(&self, page: usize) -> String {
        let mut path = String::from("/referrals");
        let page = if page > 1 { page.to_string() } else { String::new() };
        let parts = [("from", &self.from), ("find", &self.find), ("before", &self.before), ("page", &page)];
        for (at, (name, value)) in parts.into_iter().filter(|(_, value)| !value.is_empty()).enumerate() {
            path.push_str(if at == 0 { "?" } else { "&" });
            path.push_str(name);
            path.push('=');
            path.push_str(value);
        }
        path
    }

    fn cursor(&self) -> Cursor {
        let parsed = self.before.split_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id)));
        parsed.map_or_else(Cursor::newest, |(updated_at, id)| Cursor { updated_at, id: id.to_owned() })
    }
}

/// Rows of one page, and what the page says about them.
struct Rows {
    listed: Vec<Listed>,
    paging: Paging,
    /// Number of referrals found.
    found: usize,
    /// Place at which older referrals begin that were not searched.
    unread: Option<Cursor>,
}

impl Referrals {
    /// Builds a page of all referrals of the user, of all patients, without a patient banner.
    pub(super) async fn mine_page(
        &self,
        state: &RequestState,
        web: &Web,
        signed_in: &SignedIn,
        mut place: Place,
    ) -> Result<(Chrome, MinePage), Error> {
        let chart = self.chart_of_list(state, signed_in, &place.from).await?;
        if chart.is_none() {
            place.from.clear();
        }
        self.enter_outside_chart(state, signed_in, chart.as_ref().map(|chart| chart.ehr.id.as_str()))?;
        let search = Search::open(&place.find, &self.tickets, &signed_in.user.id);
        if search.is_none() {
            (place.find, place.before) = (String::new(), String::new());
        }
        let user_id = &signed_in.user.id;
        let rows = match &search {
            Some(search) => self.found_rows(user_id, search, &place).await?,
            None => self.all_rows(user_id, &place).await?,
        };
        self.record_outside_chart(state, signed_in, "list".to_owned(), None).await?;
        let lang = state.lang().code();
        let row = |listed: &Listed| self.row(listed, format!("/referrals/{}", listed.id), lang);
        let older = rows
            .unread
            .map(|Cursor { updated_at, id }| Place { before: format!("{updated_at}-{id}"), ..place.clone() });
        let searched_before = place.cursor().updated_at;
        let to_sign = match search {
            Some(_) => Vec::new(),
            None => self.to_sign(signed_in, chart.as_ref(), lang).await?,
        };
        let page = MinePage {
            to_sign,
            rows: rows.listed.iter().map(row).collect(),
            search: search.map(|search| search.text().to_owned()).unwrap_or_default(),
            found: rows.found,
            older: older.map(|older| older.path(1)).unwrap_or_default(),
            before: if place.before.is_empty() {
                String::new()
            } else {
                self.readable_time(searched_before, lang)
            },
            back: if place.from.is_empty() { String::new() } else { format!("/c/{}/", place.from) },
            from: place.from.clone(),
            all: Place { from: place.from.clone(), ..Place::default() }.path(1),
            paging: rows.paging,
            sending: self.sending_note(lang).await?,
        };
        Ok((chrome(web, signed_in, place.path(page.paging.number)), page))
    }

    /// Returns the path of the list that a search leads to.
    pub(super) fn search_path(&self, signed_in: &SignedIn, from: String, text: &str) -> String {
        let find = Search::new(text).seal(&self.tickets, &signed_in.user.id);
        Place { from, find, ..Place::default() }.path(1)
    }

    async fn all_rows(&self, user_id: &str, place: &Place) -> Result<Rows, Error> {
        let (db, sealer) = (&self.ground.db, &self.ground.sealer);
        let found = usize::try_from(own_list_store::count_own(db, user_id).await?).unwrap_or(0);
        let paging = Paging::new(place.page, found, PAGE_ROWS, |page| place.path(page));
        let skipped = i64::try_from(paging.skipped(PAGE_ROWS)).unwrap_or(0);
        let listed = own_list_store::find_own_page(db, sealer, user_id, skipped).await?;
        Ok(Rows { listed, paging, found, unread: None })
    }

    async fn found_rows(&self, user_id: &str, search: &Search, place: &Place) -> Result<Rows, Error> {
        let scan = self.scan(user_id, None, place.cursor(), |listed| search.matches(listed)).await?;
        let mut rows = scan.rows;
        rows.sort_by_key(Listed::place);
        let found = rows.len();
        let (paging, listed) = Paging::cut(place.page, rows, PAGE_ROWS, |page| place.path(page));
        Ok(Rows { listed, paging, found, unread: scan.unread })
    }
}
