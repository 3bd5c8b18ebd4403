//! Order of the rules of a form: conditions, calculations and variables depend on each other, and never in a circle.

use std::collections::HashMap;

use super::super::error::Error;
use super::super::item::Item;
use super::super::query::Query;
use super::super::questionnaire::Form;
use super::super::rules::{Rules, Variable};
use super::findings::Findings;
use crate::fhirpath::Expression;

/// Gives every rule its rank, and sorts variables after those they use. A circle is reported by the names in it.
///
/// An expression depends on the questions whose `linkId` it compares with. What it reads otherwise, such as all items of
/// a group, is found when the rules are evaluated: they are repeated until nothing changes.
pub(super) fn order_rules(form: &mut Form, findings: &mut Findings) {
    let graph = Graph::of(form);
    let order = match graph.order() {
        Ok(order) => order,
        Err(circle) => {
            let link_id = circle.first().cloned().unwrap_or_default();
            let path = circle.join(" → ");
            return findings.errors.push(Error::Circular { link_id, path });
        }
    };
    form.ranks = order.ranks.iter().max().map_or(1, |most| most + 1);
    for (number, query) in (graph.first_variable..).zip(&form.queries) {
        if order.on_answers[number] {
            findings.unsupported(&query.name, "a query that depends on answers");
        }
    }
    let mut next = Next { item: 0, variable: graph.first_variable + form.queries.len() };
    next.variables(&mut form.rules, &order);
    for item in &mut form.items {
        next.apply(item, &order);
    }
}

/// Condition, answer or variable.
struct Node {
    name: String,
    /// Whether a rule gives its value.
    is_rule: bool,
    /// Whether its value depends on the answers in itself.
    is_on_answers: bool,
    /// Numbers of the nodes that it depends on.
    needs: Vec<usize>,
}

/// Each item has two nodes, whether it is enabled and its answer; then each query and each variable has one.
struct Graph {
    nodes: Vec<Node>,
    first_variable: usize,
}

/// Results of sorting a graph, by number of the node.
struct Order {
    ranks: Vec<usize>,
    positions: Vec<usize>,
    on_answers: Vec<bool>,
}

const fn enabling(item: usize) -> usize {
    2 * item
}

const fn answer(item: usize) -> usize {
    2 * item + 1
}

impl Graph {
    fn of(form: &Form) -> Self {
        let mut items = Vec::new();
        form.walk(|item| items.push(item));
        let by_link_id = items.iter().enumerate().map(|(number, item)| (item.link_id.as_str(), number));
        let first_variable = 2 * items.len();
        let mut builder = Builder {
            by_link_id: by_link_id.filter(|(link_id, _)| !link_id.is_empty()).collect(),
            scope: Vec::new(),
            variables: Vec::new(),
            nodes: Vec::with_capacity(first_variable),
            first_variable,
        };
        builder.declare(&form.queries, &form.rules);
        form.items.iter().for_each(|item| builder.item(item, None));
        let mut nodes = builder.nodes;
        nodes.extend(builder.variables);
        Self { nodes, first_variable }
    }

    /// Sorts the nodes so that each is after those it depends on.
    ///
    /// # Errors
    /// The names of a circle, the first one again at its end.
    fn order(&self) -> Result<Order, Vec<String>> {
        let mut open: Vec<usize> = self.nodes.iter().map(|node| node.needs.len()).collect();
        let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (number, node) in self.nodes.iter().enumerate() {
            node.needs.iter().for_each(|needed| needed_by[*needed].push(number));
        }
        let mut sorted: Vec<usize> = (0..open.len()).filter(|number| open[*number] == 0).collect();
        let mut at = 0;
        while let Some(number) = sorted.get(at) {
            at += 1;
            for waiting in needed_by[*number].clone() {
                open[waiting] -= 1;
                if open[waiting] == 0 {
                    sorted.push(waiting);
                }
            }
        }
        if sorted.len() < self.nodes.len() { Err(self.circle(&open)) } else { Ok(self.ranked(&sorted)) }
    }

    fn ranked(&self, sorted: &[usize]) -> Order {
        let count = self.nodes.len();
        let mut order =
            Order { ranks: vec![0; count], positions: vec![0; count], on_answers: vec![false; count] };
        for (position, number) in sorted.iter().enumerate() {
            let node = &self.nodes[*number];
            let after = |needed: &usize| order.ranks[*needed] + usize::from(self.nodes[*needed].is_rule);
            order.ranks[*number] = node.needs.iter().map(after).max().unwrap_or(0);
            order.positions[*number] = position;
            order.on_answers[*number] =
                node.is_on_answers || node.needs.iter().any(|needed| order.on_answers[*needed]);
        }
        order
    }

    /// Returns the names of a circle among the nodes that could not be sorted.
    fn circle(&self, open: &[usize]) -> Vec<String> {
        let stuck = |number: &usize| open[*number] > 0;
        let mut path: Vec<usize> = (0..open.len()).find(stuck).into_iter().collect();
        while let Some(last) = path.last() {
            let Some(next) = self.nodes[*last].needs.iter().copied().find(stuck) else { break };
            if let Some(start) = path.iter().position(|number| *number == next) {
                path.drain(..start);
                path.push(next);
                break;
            }
            path.push(next);
        }
        let mut names: Vec<String> = path.iter().map(|number| self.nodes[*number].name.clone()).collect();
        names.dedup();
        if names.len() == 1 {
            names.push(names[0].clone());
        }
        names
    }
}

struct Builder<'f> {
    by_link_id: HashMap<&'f str, usize>,
    /// Variables that are known here, the innermost last, with the numbers of their nodes.
    scope: Vec<(&'f str, usize)>,
    variables: Vec<Node>,
    nodes: Vec<Node>,
    first_variable: usize,
}

impl<'f> Builder<'f> {
    fn item(&mut self, item: &'f Item, parent: Option<usize>) {
        let (outside, number) = (self.scope.len(), self.nodes.len() / 2);
        self.declare(&[], &item.rules);
        let (rules, name) = (&item.rules, item.link_id.clone());
        let mut enabling_needs: Vec<usize> = parent.map(enabling).into_iter().collect();
        let questions = item.conditions.iter().filter_map(|when| self.by_link_id.get(when.question.as_str()));
        enabling_needs.extend(questions.map(|question| answer(*question)));
        enabling_needs.extend(rules.enabling.iter().flat_map(|rule| self.needs(&rule.expression)));
        let mut answer_needs = vec![enabling(number)];
        answer_needs.extend(rules.calculation.iter().flat_map(|rule| self.needs(&rule.expression)));
        let node = |is_rule: bool, needs: Vec<usize>| Node {
            name: name.clone(),
            is_rule,
            is_on_answers: true,
            needs,
        };
        self.nodes.push(node(rules.enabling.is_some(), enabling_needs));
        self.nodes.push(node(rules.calculation.is_some(), answer_needs));
        item.items.iter().for_each(|child| self.item(child, Some(number)));
        self.scope.truncate(outside);
    }

    /// Adds the queries and variables of an item or form. They may use each other in any order.
    fn declare(&mut self, queries: &'f [Query], rules: &'f Rules) {
        let first = self.first_variable + self.variables.len();
        let names = queries.iter().map(|query| query.name.as_str());
        let names = names.chain(rules.variables.iter().map(|variable| variable.name.as_str()));
        self.scope.extend(names.zip(first..));
        for query in queries {
            self.variable(&query.name, query.expressions(), |_| false);
        }
        for variable in &rules.variables {
            self.variable(&variable.name, [&variable.expression].into_iter(), Expression::reads_focus);
        }
    }

    fn variable<'e>(
        &mut self,
        name: &str,
        expressions: impl Iterator<Item = &'e Expression> + Clone,
        reads_focus: impl Fn(&Expression) -> bool,
    ) {
        let of_response = |name: &String| matches!(name.as_str(), "resource" | "context" | "rootResource");
        let is_on_answers = |one: &Expression| reads_focus(one) || one.variables().iter().any(of_response);
        let node = Node {
            name: format!("%{name}"),
            is_rule: false,
            is_on_answers: expressions.clone().any(is_on_answers),
            needs: expressions.flat_map(|one| self.needs(one)).collect(),
        };
        self.variables.push(node);
    }

    /// Returns the numbers of what an expression depends on.
    fn needs(&self, expression: &Expression) -> Vec<usize> {
        let known = |name: &String| self.scope.iter().rev().find(|(known, _)| known == name);
        let variables = expression.variables().iter().filter_map(known).map(|(_, number)| *number);
        let questions = expression.compared_with("linkId").into_iter();
        let questions = questions.filter_map(|link_id| self.by_link_id.get(link_id));
        variables.chain(questions.map(|question| answer(*question))).collect()
    }
}

/// Numbers of the next item and variable of a walk through the form.
struct Next {
    item: usize,
    variable: usize,
}

impl Next {
    fn apply(&mut self, item: &mut Item, order: &Order) {
        let number = self.item;
        self.item += 1;
        self.variables(&mut item.rules, order);
        if let Some(rule) = &mut item.rules.enabling {
            rule.rank = order.ranks[enabling(number)];
        }
        if let Some(rule) = &mut item.rules.calculation {
            rule.rank = order.ranks[answer(number)];
        }
        for child in &mut item.items {
            self.apply(child, order);
        }
    }

    fn variables(&mut self, rules: &mut Rules, order: &Order) {
        let first = self.variable;
        self.variable += rules.variables.len();
        let mut numbered: Vec<(usize, Variable)> = (first..).zip(rules.variables.drain(..)).collect();
        numbered.sort_by_key(|(number, _)| order.positions[*number]);
        rules.variables.extend(
            numbered
                .into_iter()
                .map(|(number, variable)| Variable { is_on_answers: order.on_answers[number], ..variable }),
        );
    }
}
