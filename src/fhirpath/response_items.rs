//! Items of a `QuestionnaireResponse` by `linkId`: nearly every rule of a form looks one up, and without this each rule
//! would visit every element.

use ahash::AHashMap;
use serde_json::Value;

use super::item::Item;
use super::node::Node;

/// Items of a response by `linkId`, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct ResponseItems<'a> {
    /// All items: those that `descendants()` finds.
    pub(super) all: AHashMap<&'a str, Vec<Item<'a>>>,
    /// Items that are not below an answer: those that `repeat(item)` finds.
    pub(super) below_items: AHashMap<&'a str, Vec<Item<'a>>>,
}

impl<'a> ResponseItems<'a> {
    pub(super) fn of(response: &'a Value) -> Self {
        let mut items = Self::default();
        items.collect(Node::root(response), true);
        items
    }

    fn collect(&mut self, parent: Node<'a>, is_below_items: bool) {
        for item in parent.children("item") {
            if let Some(link_id) = item.value.get("linkId").and_then(Value::as_str) {
                self.all.entry(link_id).or_default().push(Item::Node(item));
                if is_below_items {
                    self.below_items.entry(link_id).or_default().push(Item::Node(item));
                }
            }
            self.collect(item, is_below_items);
            for answer in item.children("answer") {
                self.collect(answer, false);
            }
        }
    }
}
