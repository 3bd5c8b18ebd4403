//! Types of elements and values.

use super::*;

#[test]
fn knows_the_types_of_elements() {
    gives("birthDate is date and (birthDate is string).not()", &json!([true]));
    gives("gender is code and gender is string and (gender is id).not()", &json!([true]));
    gives("name.first() is HumanName and name.ofType(HumanName).count() = 2", &json!([true]));
    gives("contact.first() is BackboneElement", &json!([true]));
    gives("gender.ofType(string) | gender.as(string)", &json!([]));
    gives("gender.ofType(code)", &json!(["female"]));
    gives("descendants().ofType(Coding).count()", &json!([3]));
    gives("Patient is DomainResource and Patient.ofType(Resource).exists()", &json!([true]));
    gives("extension.extension.value.ofType(string)", &json!(["White"]));
    // An element of no known type is of no type, but its JSON may show one.
    gives("weight is Quantity", &json!([]));
    gives("weight.ofType(Quantity)", &json!([]));
    gives("recorded.ofType(dateTime).count()", &json!([3]));
}

#[test]
fn tells_system_types_from_those_of_fhir() {
    gives(
        "true is Boolean and true is System.Boolean and 1 is Integer and (1 is Decimal).not()",
        &json!([true]),
    );
    gives(
        "deceased is boolean and (deceased is Boolean).not() and (gender is System.String).not()",
        &json!([true]),
    );
    gives("today() is Date and now() is DateTime and timeOfDay() is Time", &json!([true]));
    gives("1 'kg' is Quantity and 1 'kg' is System.Quantity", &json!([true]));
    gives("Patient.is(FHIR.Patient) and Patient.is(System.Patient).not()", &json!([true]));
    assert_eq!(run("gender.as(string1)"), Err(Error::UnknownType("string1".into())));
    assert_eq!(run("gender is FHIR.Boolean"), Err(Error::UnknownType("Boolean".into())));
}

#[test]
fn names_the_type_of_an_item() {
    gives("1.type().namespace & '.' & 1.type().name", &json!(["System.Integer"]));
    gives("birthDate.type().namespace & '.' & birthDate.type().name", &json!(["FHIR.date"]));
    gives("contact.first().type().name | Patient.type().name", &json!(["BackboneElement", "Patient"]));
    gives("weight.type()", &json!([]));
}

#[test]
fn asks_whether_a_value_can_be_converted() {
    gives(
        "'5'.convertsToInteger() and 'a'.convertsToInteger().not() and true.convertsToInteger()",
        &json!([true]),
    );
    gives(
        "'1.0'.convertsToDecimal() and 2.convertsToBoolean().not() and 1.convertsToString()",
        &json!([true]),
    );
    gives("'2015-02-30'.convertsToDate().not() and '14:34'.convertsToTime()", &json!([true]));
    gives("'2015'.convertsToDateTime() and name.first().convertsToString().not()", &json!([true]));
    gives("{}.convertsToInteger()", &json!([]));
    gives("today().toDateTime() is DateTime", &json!([true]));
    gives("-1L + 3", &json!([2]));
    assert_eq!(run("-1.convertsToInteger()"), Err(Error::WrongType("-")));
}

#[test]
fn conforms_to_base_definitions_only() {
    gives("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", &json!([true]));
    gives("conformsTo('http://hl7.org/fhir/StructureDefinition/Person')", &json!([false]));
    assert_eq!(run("conformsTo('http://trash')"), Err(Error::UnknownProfile("http://trash".into())));
    assert_eq!(
        run("conformsTo(gender)"),
        Err(Error::UnknownProfile("(computed)".into())),
        "no value of a chart"
    );
}
