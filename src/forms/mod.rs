//! Questionnaires: load, populate, render, read answers, extract.
