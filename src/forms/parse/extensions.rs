//! Extensions of a form: those that are read, those that a form must not lose, and those that may be left out.

use serde_json::Value;

use super::super::remark::RemarkKind;
use super::super::translation::{array, string};
use super::expression::other_language;
use super::findings::Findings;

/// Extensions that are read, by the end of their URL.
const READ: &[&str] = &[
    "answerExpression",
    "answerOptionsToggleExpression",
    "asked-today",
    "calculatedExpression",
    "candidateExpression",
    "choiceColumn",
    "definitionExtract",
    "definitionExtractValue",
    "enableWhenExpression",
    "entryFormat",
    "extractAllocateId",
    "initialExpression",
    "itemControl",
    "itemExtractionContext",
    "itemPopulationContext",
    "launchContext",
    "maxDecimalPlaces",
    "maxQuantity",
    "maxSize",
    "maxValue",
    "mimeType",
    "minLength",
    "minQuantity",
    "isSubject",
    "minValue",
    "observation-extract-category",
    "observationExtract",
    "observationLinkPeriod",
    "old-after",
    "option-sent-separately",
    "optionExclusive",
    "questionnaire-constraint",
    "questionnaire-hidden",
    "questionnaire-instruction",
    "questionnaire-maxOccurs",
    "questionnaire-minOccurs",
    "questionnaire-referenceProfile",
    "questionnaire-referenceResource",
    "questionnaire-unit",
    "questionnaire-unitOption",
    "regex",
    "shortText",
    "sourceQueries",
    "targetConstraint",
    "templateExtract",
    "templateExtractBundle",
    "templateExtractContext",
    "templateExtractValue",
    "translation",
    "variable",
];

/// Extensions that change what is asked, computed or accepted, and are not supported.
const REFUSED: &[&str] = &[
    "contextExpression",
    "cqf-calculatedValue",
    "cqf-expression",
    "questionnaire-referenceFilter",
    "questionnaire-signatureRequired",
    "questionnaire-unitValueSet",
    "signatureRequired",
    "subQuestionnaire",
    "unitOpen",
    "unitSupplementalSystem",
];

/// Extensions that may be left out.
const LEFT_OUT: &[(RemarkKind, &[&str])] = &[
    (
        RemarkKind::Looks,
        &[
            "choiceOrientation",
            "collapsible",
            "dialog",
            "displayCategory",
            "itemMedia",
            "itemAnswerMedia",
            "openLabel",
            "optionPrefix",
            "preferredTerminologyServer",
            "questionnaire-sliderStepValue",
            "questionnaire-supportLink",
            "quantity-precision",
            "rendering-markdown",
            "rendering-style",
            "rendering-styleSensitive",
            "rendering-xhtml",
            "sdc-questionnaire-keyboard",
            "sdc-questionnaire-width",
            "usageMode",
        ],
    ),
    (RemarkKind::Extraction, &["fhirType", "ordinalValue", "itemWeight", "targetStructureMap"]),
    (
        RemarkKind::Note,
        &[
            "artifact-versionAlgorithm",
            "assembledFrom",
            "assembleContext",
            "assemble-expectation",
            "cqf-library",
            "designNote",
            "endpoint",
            "entryMode",
            "performerType",
            "prepopulate-subject",
            "structuredefinition-fmm",
            "structuredefinition-standards-status",
            "structuredefinition-wg",
        ],
    ),
];

/// Notes the extensions of an element and of its texts that are refused or have no effect.
pub(super) fn note_extensions(element: &Value, place: &str, findings: &mut Findings) {
    for (name, value) in element.as_object().into_iter().flatten() {
        if name == "extension" {
            let is_question = !matches!(string(element, "type"), None | Some("group" | "display"));
            of(element, place, findings, |found| is_question && fills_in_another_language(found));
        } else if name == "_text" {
            of(value, place, findings, is_expression);
        } else if name.starts_with('_') {
            of(value, place, findings, |_| false);
        } else if matches!(name.as_str(), "answerOption" | "initial" | "code") {
            array(element, name).for_each(|part| note_part(part, place, findings));
        }
    }
}

/// Notes the extensions of an option or initial value, and of the value in it.
fn note_part(part: &Value, place: &str, findings: &mut Findings) {
    let mut note = |element: &Value| of(element, place, findings, |_| false);
    note(part);
    for value in part.as_object().into_iter().flat_map(|part| part.values()) {
        note(value);
        if let Some(display) = value.get("_display") {
            note(display);
        }
    }
}

/// Whether an extension computes the text of an item.
fn is_expression(found: &Value) -> bool {
    let url = string(found, "url").unwrap_or_default();
    ends_with(url, "cqf-expression") || ends_with(url, "cqf-calculatedValue")
}

/// Whether an extension fills a question in the way of forms before SDC, which are in CQL.
fn fills_in_another_language(found: &Value) -> bool {
    is_expression(found) && other_language(found).is_some()
}

/// Notes the extensions of one element. `is_read` has those that are read in this element only.
fn of(element: &Value, place: &str, findings: &mut Findings, is_read: impl Fn(&Value) -> bool) {
    for extension in array(element, "extension") {
        let url = string(extension, "url").unwrap_or_default();
        let ends = |names: &[&str]| names.iter().any(|name| ends_with(url, name));
        if ends(READ) || is_read(extension) {
            continue;
        }
        if ends(REFUSED) {
            let name = url.rsplit('/').next().unwrap_or_default();
            findings.unsupported(place, format!("the extension {name}"));
            continue;
        }
        let kind = LEFT_OUT.iter().find(|(_, names)| ends(names)).map(|(kind, _)| *kind);
        let kind = kind.unwrap_or(RemarkKind::UnknownExtension);
        findings.remark(place, url, kind);
    }
}

/// Whether the last part of a URL is this name, alone or after the name of its guide: `sdc-questionnaire-shortText`.
fn ends_with(url: &str, name: &str) -> bool {
    let last = url.rsplit('/').next().unwrap_or_default();
    last.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('-'))
}
