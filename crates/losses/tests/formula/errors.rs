//! Every mistake is reported at its place, with what would help.

use losscope_losses::{Formula, inspect_formula};

/// A text in which `«…»` marks the place of the error, or `«»` where something is missing; what the message
/// says; what the hint says.
const MISTAKES: [(&str, &str, &str); 50] = [
    ("«»", "there is no formula yet", "values are"),
    ("  «»", "there is no formula yet", "values are"),
    ("mean«(»p", "never closed", "`)` is missing"),
    ("«(»p", "never closed", "`)` is missing"),
    (
        "mean(p) +«»",
        "ends where a value should follow",
        "values are numbers",
    ),
    ("mean(p)«)»", "closes none that is open", ""),
    ("«mean()»", "nothing in the parentheses of mean", ""),
    ("«mean( )»", "nothing in the parentheses of mean", ""),
    ("mean(p «y»)", "an operator is missing", "product as `*`"),
    ("2 «p»", "an operator is missing", "product as `*`"),
    ("2«p»", "an operator is missing", "product as `*`"),
    ("(p)«(»y)", "an operator is missing", "product as `*`"),
    (
        "mean(p*«*»2)",
        "a value is missing before this `*`",
        "power as `^`",
    ),
    ("mean(«/»p)", "a value is missing before this `/`", ""),
    ("«+»p", "a value is missing before this `+`", "no `+`"),
    ("mean(p, «)»", "a value is missing before this `)`", ""),
    ("sum(p)«,» 1", "between the arguments", "decimal point"),
    ("(1«,»5)", "between the arguments", "decimal point"),
    ("mean(p)«=»1", "`=` has no meaning", "one expression"),
    ("mean«[»p]", "`[` has no meaning", "( and )"),
    ("mean(p«²»)", "`²` has no meaning", "^2"),
    ("mean(x«₁»)", "`₁` has no meaning", ""),
    ("mean(p)«$»", "`$` has no meaning", ""),
    ("np«.»log(p)", "`.` has no meaning", "log(p), not np.log(p)"),
    ("mean(p) + «1e999»", "too large", ""),
    (
        "«meen»(p)",
        "there is no function meen",
        "did you mean `mean`?",
    ),
    (
        "1 + «Sum»(p)",
        "there is no function Sum",
        "did you mean `sum`?",
    ),
    ("«ln»(mean(p))", "there is no function ln", "log(…)"),
    (
        "mean(«frobnicate»(p))",
        "there is no function frobnicate",
        "the functions are",
    ),
    ("«gamma»(p)", "there is no function gamma", ""),
    ("«p»(y)", "p is no function", "p*(…)"),
    ("mean(p) + «log»", "log is a function", "log(x)"),
    (
        "mean(p) + «clamp»",
        "clamp is a function",
        "clamp(x, low, high)",
    ),
    (
        "«log(mean(p), 2)»",
        "log takes 1 argument, and here has 2",
        "",
    ),
    (
        "«max(p)»",
        "max takes 2 arguments, and here has 1",
        "the one of two values",
    ),
    ("mean(clamp(p, «y», 1))", "limits of clamp", "min(a, b)"),
    ("«p*y»", "shape [B, K, N]", "mean(…)"),
    ("«-log(pt)»", "shape [B, 1, N]", "mean(…)"),
    ("«1 - fg(tp)»", "shape [B, K−1, 1]", "mean(…)"),
    ("«gamma*2»", "does not depend on", "p must occur"),
    ("«sum(y)»", "does not depend on", "p must occur"),
    ("mean(«fg(p)*y»)", "do not fit each other", "fg(p)*fg(y)"),
    ("mean(«fg(fg(p))»)", "not all classes", "fg(p)"),
    (
        "«mean(mean(p))»",
        "nothing to average",
        "leave this mean away",
    ),
    (
        "mean(«sum_classes(pt)»)",
        "nothing to sum over classes: inside is a value of shape [B, 1, N]",
        "",
    ),
    (
        "mean(«mean_pixels(tp)»)",
        "nothing to average over pixels: inside is a value of shape [B, K, 1]",
        "",
    ),
    (
        "mean(«sum_batch(sum_batch(p))»)",
        "nothing to sum over images",
        "",
    ),
    ("mean(p) + «formula»", "cannot be called formula", ""),
    ("mean(p*γ) + «ln»(γ)", "there is no function ln", "log(…)"),
    (
        "mean(p)\n + «meen»(p)",
        "there is no function meen",
        "did you mean `mean`?",
    ),
];

#[test]
fn every_mistake_is_reported_at_its_place() {
    for (marked, message, hint) in MISTAKES {
        let start = marked.find('«').unwrap();
        let end = marked.find('»').unwrap() - '«'.len_utf8();
        let text = marked.replace(['«', '»'], "");
        let Err(error) = Formula::parse(&text) else {
            panic!("{text} is a formula");
        };
        assert_eq!(error.bytes(), start..end, "{text}: {error}");
        assert!(error.message().contains(message), "{text}: {error}");
        match error.hint() {
            Some(given) => assert!(
                !hint.is_empty() && given.contains(hint) || message.contains("gamma"),
                "{text}: {error}"
            ),
            None => assert!(hint.is_empty(), "{text}: {error}"),
        }
        let fault = inspect_formula(&text).error.unwrap();
        let units: Vec<u16> = text.encode_utf16().collect();
        let part = String::from_utf16(&units[fault.start..fault.end]).unwrap();
        assert_eq!(part, text[start..end]);
    }
}

#[test]
fn shown_it_has_a_caret_below_the_place() {
    let shown = |text: &str| Formula::parse(text).unwrap_err().to_string();
    assert_eq!(
        shown("mean(γ*p) + meen(p)"),
        "character 13 of the formula: there is no function meen\n\
         \u{20} mean(γ*p) + meen(p)\n\
         \u{20}             ^^^^\n\
         did you mean `mean`?"
    );
    assert_eq!(
        shown("mean(p) +\n\tmean(p) *"),
        "character 21 of the formula: the formula ends where a value should follow\n\
         \u{20}  mean(p) *\n\
         \u{20}           ^\n\
         values are numbers, p, y, parameters, calls such as log(p), parentheses"
    );
    // A long line is cut, and the caret stays below the place.
    let long = format!(
        "{}meen(p){}",
        "mean(p) + ".repeat(50),
        " + mean(p)".repeat(50)
    );
    let shown = shown(&long);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[1].chars().count() < 100, "{shown}");
    let column = lines[2].find('^').unwrap();
    assert_eq!(&lines[1][column..column + 7], "meen(p)");
}

#[test]
fn in_one_line_it_says_place_problem_and_remedy() {
    let error = Formula::parse("p*y").unwrap_err();
    assert_eq!(
        error.sentence(),
        "character 1 of the formula: a loss is one number, but this has the shape [B, K, N]; average it: mean(…)"
    );
    assert_eq!(error.characters(), 0..3);
}
