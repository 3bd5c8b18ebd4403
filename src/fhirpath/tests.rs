//! Results of expressions on a realistic patient.

use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Environment, Error, Expression};

mod collections;
mod decimal;
mod elements;
mod limits;
mod quantities;
mod temporal;
mod text;
mod types;

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p1",
        "extension": [{
            "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
            "extension": [
                {"url": "ombCategory", "valueCoding": {"code": "2106-3", "display": "White"}},
                {"url": "text", "valueString": "White"}
            ]
        }],
        "identifier": [
            {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}, "value": "88-1"},
            {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "JHN"}]},
             "system": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn", "value": "5555123456",
             "extension": [{"url": "http://ehealthontario.ca/fhir/StructureDefinition/ext-id-health-card-version-code", "valueString": "VK"}]}
        ],
        "name": [
            {"use": "official", "family": "Tremblay-Singh", "given": ["Éléonore", "Marie"],
             "_family": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/humanname-own-name", "valueString": "Tremblay"}]},
             "_given": [null, {"extension": [{"url": "urn:middle", "valueBoolean": true}]}]},
            {"use": "nickname", "given": ["Élé"]}
        ],
        "telecom": [
            {"system": "phone", "value": "613-555-0101", "use": "home", "rank": 2},
            {"system": "phone", "value": "613-555-0102", "use": "mobile", "rank": 1},
            {"system": "email", "value": "e@example.org"}
        ],
        "gender": "female", "birthDate": "1961-03-14",
        "_language": {"extension": [{"url": "urn:why", "valueCode": "unknown"}]},
        "deceasedBoolean": false, "multipleBirthInteger": 2,
        "valueSet": "not a choice of value",
        "weight": {"value": 74.0, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
        "recorded": ["2026-09-02T09:14:00-04:00", "2026-03", "2025-12-31"],
        "contact": [{"name": {"text": "A"}, "contact": [{"name": {"text": "B"}}]}]
    })
}

fn environment(patient: &Value) -> Environment<'_> {
    let now = date(2026, 9, 2).at(23, 30, 0, 0).to_zoned(TimeZone::get("America/Toronto").unwrap()).unwrap();
    let mut environment = Environment::new(now);
    environment.set("patient", patient);
    environment.set_items("encounter", Vec::new());
    environment
}

fn run(text: &str) -> Result<Value, Error> {
    let patient = patient();
    let environment = environment(&patient);
    let expression = Expression::parse(text)?;
    Ok(expression.evaluate(&environment, &patient)?.iter().map(super::Item::to_json).collect())
}

#[track_caller]
fn gives(text: &str, expected: &Value) {
    assert_eq!(run(text).as_ref(), Ok(expected), "{text}");
}

#[test]
fn navigates_names_choices_siblings_and_extensions() {
    gives("Patient.name.given", &json!(["Éléonore", "Marie", "Élé"]));
    gives("name.where(use = 'official').given.first()", &json!(["Éléonore"]));
    gives("%patient.name[0].family", &json!(["Tremblay-Singh"]));
    gives("deceased", &json!([false]));
    gives("value", &json!([]));
    gives("deceased is boolean", &json!([true]));
    gives("multipleBirth.ofType(integer)", &json!([2]));
    gives("deceased.ofType(dateTime)", &json!([]));
    gives(
        "name.family.extension('http://hl7.org/fhir/StructureDefinition/humanname-own-name').value",
        &json!(["Tremblay"]),
    );
    gives("name.given.where(extension('urn:middle').value = true)", &json!(["Marie"]));
    gives("language.extension('urn:why').value", &json!(["unknown"]));
    gives("language.hasValue()", &json!([false]));
    gives("language = 'fr'", &json!([]));
    gives("language & 'x'", &json!(["x"]));
    gives("language < 'x'", &json!([]));
    gives("language.not()", &json!([]));
    gives("language and true", &json!([]));
    gives("language.upper()", &json!([]));
    gives("language + 1", &json!([]));
    gives(
        "extension('http://hl7.org/fhir/us/core/StructureDefinition/us-core-race').extension('text').value",
        &json!(["White"]),
    );
    gives("identifier.where(type.coding.exists(code = 'JHN')).value", &json!(["5555123456"]));
    gives("identifier.where(type.coding.exists(code='JHN')).extension.value.first()", &json!(["VK"]));
    gives("repeat(contact).name.text", &json!(["A", "B"]));
    gives("contact.repeat(contact).name.text", &json!(["B"]));
    gives("%encounter.id", &json!([]));
    gives("%context.gender & %resource.id", &json!(["femalep1"]));
}

#[test]
fn filters_and_shapes_collections() {
    gives("telecom.where(system='phone').sort(rank).value.first()", &json!(["613-555-0102"]));
    gives("telecom.sort(-rank).value", &json!(["613-555-0101", "613-555-0102", "e@example.org"]));
    gives("telecom.skip(1).take(1).value", &json!(["613-555-0102"]));
    gives("telecom.tail().count()", &json!([2]));
    gives("telecom.select(system & ':' & value).last()", &json!(["email:e@example.org"]));
    gives("telecom.system.distinct()", &json!(["phone", "email"]));
    gives("telecom.system.isDistinct()", &json!([false]));
    gives("telecom.all(value.exists())", &json!([true]));
    gives("telecom.empty() or photo.empty()", &json!([true]));
    gives("(1 | 2 | 2 | 3).count()", &json!([3]));
    gives("(1|2).combine(2|3).count()", &json!([4]));
    gives("(1|2|3).intersect(2|3|4)", &json!([2, 3]));
    gives("(1|2|3).exclude(2)", &json!([1, 3]));
    gives("name.given.select($index)", &json!([0, 1, 2]));
    gives("(1|2|3).aggregate($this + $total, 0)", &json!([6]));
    gives("(1|2|3).sum()", &json!([6]));
    gives("iif(gender = 'female', 'F', 1 / 'x')", &json!(["F"]));
    gives("iif(gender = 'male', 'M')", &json!([]));
    gives("name.where(use = 'official').given.join(%context.gender)", &json!(["ÉléonorefemaleMarie"]));
    gives("'phone' in telecom.system and telecom.system contains 'email'", &json!([true]));
    gives("recorded.sort(-$this)", &json!(["2026-09-02T09:14:00-04:00", "2026-03", "2025-12-31"]));
}

#[test]
fn computes_with_text_and_numbers() {
    gives("name.first().family.upper()", &json!(["TREMBLAY-SINGH"]));
    gives("name.first().given.first().length()", &json!([8]));
    gives("'Éléonore'.substring(1, 3)", &json!(["léo"]));
    gives("'abc'.substring(9)", &json!([]));
    gives("'Éléonore'.indexOf('o')", &json!([3]));
    gives("'K1A0B6'.replace('A', 'a').startsWith('K1a')", &json!([true]));
    gives("'a,b'.split(',')", &json!(["a", "b"]));
    gives("'it\\'s \\u00e9'", &json!(["it's é"]));
    gives("0.1 + 0.2 = 0.3", &json!([true]));
    gives("(71.5 / (1.65 * 1.65)).round(1)", &json!([26.3]));
    gives("7 div 2 + 7 mod 2 * 10", &json!([13]));
    gives("1 / 0", &json!([]));
    gives("1.50.toString() & ''", &json!(["1.50"]));
    gives("'12'.toInteger() + 1", &json!([13]));
    gives("'x'.toInteger()", &json!([]));
    gives("-1.5.abs()", &json!([-1.5]));
    gives("(-1.5).floor()", &json!([-2]));
    gives("weight > 70 'kg'", &json!([true]));
    gives("weight > 70 'g'", &json!([true]));
    gives("weight.value = 74", &json!([true]));
    gives("'A  b' ~ 'a B' and 'a' !~ 'c'", &json!([true]));
    gives("'a' + {}", &json!([]));
    gives("{}.join(',')", &json!([]));
    gives("'abc'.replace('', 'x')", &json!(["xaxbxcx"]));
    gives("'1'.replace({}, 'x')", &json!([]));
    gives("1 week.toString() & ' ' & 1 'wk'.toString()", &json!(["1 week 1 'wk'"]));
    gives("'False'.toBoolean() | 2.toBoolean()", &json!([false]));
    gives("1.2 / 1.8 ~ 0.67 and 1.10 ~ 1.1", &json!([true]));
    gives("1.union(2.union(3)).count()", &json!([3]));
    gives("'a' & {}", &json!(["a"]));
}

#[test]
fn uses_three_valued_logic() {
    gives("{} and false", &json!([false]));
    gives("{} and true", &json!([]));
    gives("{} or true", &json!([true]));
    gives("{} xor true", &json!([]));
    gives("false implies {}", &json!([true]));
    gives("{} implies true", &json!([true]));
    gives("{} = 1", &json!([]));
    gives("{} ~ {}", &json!([true]));
    gives("{}.not()", &json!([]));
    gives("(1|2) = (1|2) and (1|2) != (2|1) and (1|2) ~ (2|1)", &json!([true]));
    gives("true or false and false", &json!([true]));
}

#[test]
fn compares_dates_in_their_common_precision() {
    gives("today()", &json!(["2026-09-02"]));
    gives("now()", &json!(["2026-09-02T23:30:00-04:00"]));
    gives("birthDate <= today() - 18 years", &json!([true]));
    gives("birthDate > @1961-03", &json!([]));
    gives("birthDate > @1961-02", &json!([true]));
    gives("birthDate = @1961-03-14", &json!([true]));
    gives("@2024-02-29 + 1 year", &json!(["2025-02-28"]));
    gives("@2014 + 24 months", &json!(["2016"]));
    gives(
        "recorded.where($this >= today() - 12 months)",
        &json!(["2026-09-02T09:14:00-04:00", "2026-03", "2025-12-31"]),
    );
    gives("recorded.where($this > today() - 6 months).count()", &json!([1]));
    // It is 2 September in Toronto and 3 September in UTC: `today()` is the date at the site.
    gives("@2026-09-03T03:00:00Z < now()", &json!([true]));
    gives("@2026-09-03T03:00:00Z.toDate()", &json!(["2026-09-03"]));
    gives("gender < today()", &json!([]));
    gives("@2026-04-15T15:00:00Z = @2026-04-15T10:00:00", &json!([]));
    gives("@2026-04-15T15:00:00+02:00 = @2026-04-15T16:00:00+03:00", &json!([true]));
    gives("@2026-04-15T10:30 > @2026-04-15T10:30:00", &json!([]));
    gives("@2026-04-15T10:30:31 = @2026-04-15T10:30:31.0", &json!([true]));
    gives("@2026-04-15 = @2026-04-15T10:00:00", &json!([]));
    gives("@1973-12-25 + 7.7 days", &json!(["1974-01-01"]));
    gives("@1973-12-25T00:00:00Z + 10 milliseconds", &json!(["1973-12-25T00:00:00.010Z"]));
}
