//! `losscope loss list --markdown`: the catalogue as a document.

use std::fmt::Write;

use losscope_losses::{
    Convention, Disagreement, Loss, LossError, LossFamily, LossInfo, Measured, ParameterInfo,
    SpecialCase, catalogue, disagreements, special_cases, unshown,
};

const FAMILIES: [(LossFamily, &str); 4] = [
    (LossFamily::Distribution, "Pixel by pixel"),
    (LossFamily::Region, "Overlaps of regions"),
    (LossFamily::Shape, "Shapes and distances"),
    (LossFamily::Compound, "Sums"),
];

const INTRODUCTION: &str = "\
# The losses

Made from the catalogue of `losscope-losses` by `losscope loss list --markdown`; a test keeps it up to date.

In the formulas, *i* is a pixel of *N*, *c* a class of *C*, class 0 the background; *y* is the label (1 or 0), *p* the
probability, *z* the logit; tp (or I), fn and fp are sums over an image's pixels of *p y*, *(1 − p) y* and *p (1 − y)*,
P and G those of *p* and *y*; ϵ is 10⁻⁷ where it is no parameter; *t* is a pixel's own class.
Parameters left out of a document take their defaults.

Where libraries disagree, both sides are evaluated on a small case each time this page is made: the value, and in
brackets the push, which is the sum of the absolute values of the gradient with respect to the logits. Where no
number shows a convention, it is said why.
";

const SPECIAL_CASES: &str = "
## Special cases

Where one loss is another, or a sum of others, in value and gradient to rounding; the tests evaluate both sides. What is
not given is at its default.

| loss | is |
|---|---|
";

/// The whole document.
///
/// # Errors
/// When a disagreement cannot be evaluated.
pub fn markdown() -> Result<String, LossError> {
    let disagreements = disagreements()?;
    let mut text = INTRODUCTION.to_owned();
    for (family, title) in FAMILIES {
        let losses = || catalogue().iter().filter(|info| info.family == family);
        let links: Vec<String> = losses()
            .map(|info| format!("[`{0}`](#{0})", info.kind))
            .collect();
        let _ = write!(text, "\n- {title}: {}", links.join(", "));
    }
    text.push_str("\n- [Special cases](#special-cases)\n");
    for (family, title) in FAMILIES {
        let _ = writeln!(text, "\n## {title}");
        for info in catalogue().iter().filter(|info| info.family == family) {
            loss(&mut text, info, &disagreements);
        }
    }
    text.push_str(SPECIAL_CASES);
    for case in special_cases() {
        let SpecialCase {
            loss,
            sum,
            constant,
        } = case;
        let terms: Vec<_> = sum
            .iter()
            .map(|(factor, loss)| match factor {
                1.0 => at(loss),
                _ => format!("{} × {}", number(*factor), at(loss)),
            })
            .collect();
        let mut terms = terms.join(" + ");
        if constant != 0.0 {
            terms += &format!(" − {}", number(-constant));
        }
        let _ = writeln!(text, "| {} | {terms} |", at(&loss));
    }
    Ok(text)
}

/// A loss and those of its parameters that are not the defaults.
fn at(loss: &Loss) -> String {
    let defaults = loss.info().parameters;
    let set: Vec<String> = loss
        .parameters()
        .into_iter()
        .zip(defaults)
        .filter(|((_, value), info)| *value != info.default)
        .map(|((_, value), info)| format!("${}$ = {}", info.symbol, number(value)))
        .collect();
    match set.as_slice() {
        [] => format!("`{}`", loss.kind()),
        _ => format!("`{}` ({})", loss.kind(), set.join(", ")),
    }
}

fn loss(text: &mut String, info: &LossInfo, disagreements: &[Disagreement]) {
    let LossInfo {
        kind,
        name,
        year,
        paper,
        formula,
        summary,
        good_at,
        bad_at,
        ..
    } = info;
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n### `{kind}`\n\n**{name}** ({year}). {paper}.\n\n```math\n{formula}\n```\n\n{summary}\n\n\
         - Good at: {}\n- Bad at: {}\n",
        lower(good_at),
        lower(bad_at)
    );
    if !info.parameters.is_empty() {
        text.push_str("\n| parameter | range | default | meaning |\n|---|---|---|---|\n");
        for parameter in info.parameters {
            let (range, default) = range(parameter);
            let ParameterInfo {
                name,
                symbol,
                meaning,
                ..
            } = parameter;
            let _ = writeln!(
                text,
                "| `{name}` (${symbol}$) | {range} | {default} | {meaning} |"
            );
        }
    }
    if !info.conventions.is_empty() {
        text.push_str("\nWhere libraries disagree:\n\n");
    }
    for Convention {
        topic,
        ours,
        others,
    } in info.conventions
    {
        let _ = writeln!(text, "- **{topic}.** {ours} *Others:* {others}");
        for shown in disagreements
            .iter()
            .filter(|d| d.kind == *kind && d.topic == *topic)
        {
            let Disagreement {
                case,
                others,
                ours,
                theirs,
                ..
            } = shown;
            let _ = writeln!(
                text,
                "  On {case}: {}, against {} ({others}).",
                measured(ours),
                measured(theirs)
            );
        }
        for unshown in unshown()
            .iter()
            .filter(|u| u.kind == *kind && u.topic == *topic)
        {
            let _ = writeln!(text, "  No numbers: {}", lower(unshown.why));
        }
    }
}

/// A sentence as it goes on behind a colon: its first word in lower case, unless it is a name.
fn lower(sentence: &str) -> String {
    let mut characters = sentence.chars();
    let first = characters.next().unwrap_or_default();
    let rest = characters.as_str();
    if rest.starts_with(|second: char| second.is_lowercase() || second == ' ') {
        return first.to_lowercase().chain(rest.chars()).collect();
    }
    sentence.to_owned()
}

fn range(parameter: &ParameterInfo) -> (String, String) {
    let choice = |value: f64| {
        let name = parameter.choices.get(value as usize);
        name.map_or_else(|| number(value), |name| format!("{value} ({name})"))
    };
    if parameter.choices.is_empty() {
        let range = format!("{} to {}", number(parameter.min), number(parameter.max));
        return (range, number(parameter.default));
    }
    let choices: Vec<String> = (0..parameter.choices.len())
        .map(|at| choice(at as f64))
        .collect();
    (choices.join(", "), choice(parameter.default))
}

fn measured(Measured { value, push }: &Measured) -> String {
    // Its gradient is none either.
    if value.is_nan() {
        return number(*value);
    }
    format!("{} (push {})", number(*value), number(*push))
}

/// Four digits: so many are the same on every machine.
fn number(value: f64) -> String {
    if value.is_nan() {
        return "not a number".to_owned();
    }
    if value.is_infinite() {
        return "infinite".to_owned();
    }
    if value.abs() < 1e-12 {
        return "0".to_owned();
    }
    if value.abs() < 1e-3 {
        let short = format!("{value:.3e}");
        let (digits, exponent) = short.split_once('e').unwrap_or((&short, "0"));
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        return format!("{digits}e{exponent}").replace('-', "−");
    }
    let text = format!("{value:.4}");
    text.trim_end_matches('0')
        .trim_end_matches('.')
        .replace('-', "−")
}
