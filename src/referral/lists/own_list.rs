//! List of a user's own referrals of all patients: pages, and search.

use futures_util::try_join;

use super::{
    own_list_store::{self, Cursor, PAGE_ROWS},
    own_referrals::chrome,
    place::Place,
    search::Search,
    store::Listed,
    views::MinePage,
};
use crate::{
    referral::{error::Error, service::Referrals},
    users::SignedIn,
    web::{Chrome, Paging, RequestState, Web},
};

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
    pub(in crate::referral) async fn mine_page(
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
        self.record_activity(signed_in).await?;
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
        let query = place.query(rows.paging.number);
        let to_sign = async {
            match search {
                Some(_) => Ok(Vec::new()),
                None => self.to_sign(signed_in, chart.as_ref(), lang).await,
            }
        };
        let (sending, to_sign) = try_join!(self.sending_note(lang), to_sign)?;
        let row = |listed: &Listed| {
            self.row(listed, format!("/referrals/{}{query}", listed.id), lang).beside(&sending)
        };
        let older = rows
            .unread
            .map(|Cursor { updated_at, id }| Place { before: format!("{updated_at}-{id}"), ..place.clone() });
        let searched_before = place.cursor().updated_at;
        let page = MinePage {
            clinic_unknown: search.is_none() && self.is_clinic_unknown(signed_in, chart.as_ref()),
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
            sending,
        };
        Ok((chrome(web, signed_in, place.path(page.paging.number)), page))
    }

    /// Returns the path of the list that a search leads to.
    pub(in crate::referral) fn search_path(&self, signed_in: &SignedIn, from: String, text: &str) -> String {
        let find = Search::new(text).seal(&self.tickets, &signed_in.user.id);
        Place { from, find, ..Place::default() }.path(1)
    }

    async fn all_rows(&self, user_id: &str, place: &Place) -> Result<Rows, Error> {
        let (db, sealer) = (&self.ground.db, &self.ground.sealer);
        let found = usize::try_from(own_list_store::count_own(db, user_id).await?).unwrap_or(0);
        let paging = Paging::new(place.number(), found, PAGE_ROWS, |page| place.path(page));
        let skipped = i64::try_from(paging.skipped(PAGE_ROWS)).unwrap_or(0);
        let listed = own_list_store::find_own_page(db, sealer, user_id, skipped).await?;
        Ok(Rows { listed, paging, found, unread: None })
    }

    async fn found_rows(&self, user_id: &str, search: &Search, place: &Place) -> Result<Rows, Error> {
        let scan = self.scan(user_id, None, place.cursor(), |listed| search.matches(listed)).await?;
        let mut rows = scan.rows;
        rows.sort_by_key(Listed::place);
        let found = rows.len();
        let (paging, listed) = Paging::cut(place.number(), rows, PAGE_ROWS, |page| place.path(page));
        Ok(Rows { listed, paging, found, unread: scan.unread })
    }
}
