//! The catalogue says what the losses do: its formulas are read and compared with them.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

mod data;
mod evaluate;
mod parse;
mod token;

use losscope_losses::reference::value_and_gradient;
use losscope_losses::{Loss, LossInfo, catalogue};

use data::Data;
use evaluate::Formula;

/// What the formulas say in words, or in symbols of their own: orders, distances, neighbours, and the loss
/// that is typed.
const NOT_READ: [&str; 9] = [
    "topk_ce",
    "ohem_ce",
    "lovasz_softmax",
    "lovasz_hinge",
    "nacl",
    "boundary",
    "hausdorff_dt",
    "soft_cldice",
    "dice_topk",
];

/// A loss with every number at that share of its range; choices stay at their defaults, which is what the
/// formulas are of.
fn with_parameters(info: &LossInfo, share: Option<f64>) -> Loss {
    let mut object = serde_json::json!({ "kind": info.kind });
    for parameter in info.parameters {
        let value = match share {
            Some(share) if parameter.choices.is_empty() => {
                parameter.min + share * (parameter.max - parameter.min)
            }
            _ => parameter.default,
        };
        object[parameter.name] = value.into();
    }
    serde_json::from_value(object).unwrap()
}

/// Of a formula that cannot be read so, why.
fn compare(info: &LossInfo, loss: &Loss, data: &Data) -> Result<(), String> {
    let formula = Formula::read(info.formula)?;
    let symbols = info.parameters.iter().map(|p| p.symbol).collect::<Vec<_>>();
    let values = loss.parameters().into_iter().map(|(_, value)| value);
    let parameters: Vec<(&str, f64)> = symbols.into_iter().zip(values).collect();
    let (value, gradient) = value_and_gradient(loss, &data.case()).unwrap();
    let read = formula.value(data, &parameters)?;
    assert!(
        (value - read).abs() <= 1e-6 * (1.0 + value.abs()),
        "{loss:?} is {value}, but its formula {read}: {}",
        info.formula
    );
    for (position, slope) in gradient.into_iter().enumerate() {
        const STEP: f64 = 1e-5;
        let at = |step: f64| formula.value(&data.moved(position, step), &parameters);
        let difference = (at(STEP)? - at(-STEP)?) / (2.0 * STEP);
        assert!(
            (slope - difference).abs() <= 1e-6 * (1.0 + difference.abs()),
            "{loss:?} has slope {slope} at {position}, but its formula {difference}: {}",
            info.formula
        );
    }
    Ok(())
}

#[test]
fn formulas_are_what_the_losses_compute() {
    let (mut compared, mut read) = (0, 0);
    for info in catalogue().iter().filter(|info| info.kind != "formula") {
        if NOT_READ.contains(&info.kind) {
            let error = compare(info, &with_parameters(info, None), &Data::random(2, 2, 1));
            assert!(error.is_err(), "{} can be read: take it off", info.kind);
            continue;
        }
        read += 1;
        // Of two classes only, by its formula.
        let most = if info.kind == "mcc" { 2 } else { 4 };
        for classes in 2..=most {
            for (seed, share) in [(1, None), (2, Some(0.3)), (3, Some(0.8))] {
                // Weights of absent classes are a convention, and no formula's.
                let weighs = ["generalised_dice_monai", "exp_log"].contains(&info.kind);
                let present = if seed == 3 && !weighs {
                    classes - 1
                } else {
                    classes
                };
                let data = Data::random(classes, present, seed);
                if let Err(reason) = compare(info, &with_parameters(info, share), &data) {
                    panic!("{}: {reason} in {}", info.kind, info.formula);
                }
                compared += 1;
            }
        }
    }
    assert_eq!(read + NOT_READ.len() + 1, catalogue().len());
    println!("{read} formulas are their losses, value and gradient, in {compared} cases");
}

#[test]
fn a_formula_that_is_off_is_noticed() {
    let loss = Loss::from(losscope_losses::kinds::Dice { smooth: 0.3 });
    let data = Data::random(2, 2, 1);
    let (value, _) = value_and_gradient(&loss, &data.case()).unwrap();
    let read = |tex: &str| {
        let formula = Formula::read(tex).unwrap();
        formula.value(&data, &[("s", 0.3)]).unwrap()
    };
    let score = |s: &str| {
        let below = r"2\,\mathrm{tp}_c+\mathrm{fn}_c+\mathrm{fp}_c";
        format!(r"\frac{{1}}{{C}}\sum_c\Big(1-\frac{{2\,\mathrm{{tp}}_c+{s}}}{{{below}+{s}}}\Big)")
    };
    assert!((read(&score("2s")) - value).abs() < 1e-12);
    assert!((read(&score("s")) - value).abs() > 1e-3);
}

/// The page lights up a symbol when its slider is pointed at.
#[test]
fn formulas_have_the_symbols_of_their_parameters() {
    for info in catalogue() {
        for parameter in info.parameters.iter().filter(|p| p.choices.is_empty()) {
            let symbol = parameter.symbol;
            let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
            let stands = info.formula.match_indices(symbol).any(|(at, _)| {
                let before = info.formula[..at].chars().next_back();
                let after = info.formula[at + symbol.len()..].chars().next();
                !letter(before) && before != Some('\\') && !letter(after)
            });
            assert!(stands, "{symbol} is not in {}: {}", info.kind, info.formula);
        }
    }
}
