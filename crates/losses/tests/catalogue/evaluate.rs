//! A formula of the catalogue as a function of logits and labels.

use losscope_losses::EPSILON;

use crate::data::Data;
use crate::parse::{Expression, expression};
use crate::token::{Token, tokens};

/// How a formula says that its counts are softened.
const SOFTENED: &str = "each count with ";

/// A formula, and what it defines: symbol, what stands below it, and value.
pub(crate) struct Formula {
    main: Expression,
    definitions: Vec<(String, String, Expression)>,
    softened: bool,
}

impl Formula {
    pub(crate) fn read(tex: &str) -> Result<Self, String> {
        let tokens = tokens(tex)?;
        let mut parts = tokens.split(|token| *token == Token::Gap);
        let main = parts.next().unwrap_or_default();
        let main = main.strip_suffix(&[Token::Sign(',')]).unwrap_or(main);
        let mut definitions = vec![];
        for part in parts.flat_map(split) {
            if part.iter().any(|token| matches!(token, Token::Words(_))) {
                continue;
            }
            let at = part.iter().position(|token| *token == Token::Sign('='));
            let (left, right) = part.split_at(at.ok_or("a definition defines nothing")?);
            let (name, below) = match left {
                [Token::Symbol(name)] => (name.clone(), String::new()),
                [Token::Symbol(name), Token::Below(below)] => (name.clone(), below.clone()),
                _ => return Err(format!("{left:?} cannot be defined")),
            };
            definitions.push((name, below, expression(&right[1..])?));
        }
        Ok(Self {
            main: expression(main)?,
            definitions,
            softened: tokens.contains(&Token::Words(SOFTENED.to_owned())),
        })
    }

    /// Its value, with parameters by their symbols.
    pub(crate) fn value(&self, data: &Data, parameters: &[(&str, f64)]) -> Result<f64, String> {
        let scope = Scope {
            formula: self,
            data,
            parameters,
            pixel: None,
            class: None,
        };
        scope.value(&self.main)
    }
}

/// At the commas that are not in parentheses.
fn split(part: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0;
    part.split(|token| {
        match token {
            Token::Open | Token::Begin => depth += 1,
            Token::Close | Token::End => depth -= 1,
            _ => {}
        }
        depth == 0 && *token == Token::Sign(',')
    })
    .filter(|part| !part.is_empty())
    .collect()
}

/// Where in a formula something stands: at which pixel and class.
#[derive(Clone, Copy)]
struct Scope<'a> {
    formula: &'a Formula,
    data: &'a Data,
    parameters: &'a [(&'a str, f64)],
    pixel: Option<usize>,
    class: Option<usize>,
}

impl Scope<'_> {
    fn value(self, expression: &Expression) -> Result<f64, String> {
        Ok(match expression {
            Expression::Number(number) => *number,
            Expression::Negative(of) => -self.value(of)?,
            Expression::Binary(sign, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                match sign {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    '/' => a / b,
                    _ => a.powf(b),
                }
            }
            Expression::Call(name, arguments) => {
                let values = arguments.iter().map(|of| self.value(of));
                let values: Vec<f64> = values.collect::<Result<_, _>>()?;
                match (name.as_str(), values.as_slice()) {
                    ("log" | "ln", [x]) => x.ln(),
                    ("cosh", [x]) => x.cosh(),
                    ("sigma", [x]) => 1.0 / (1.0 + (-x).exp()),
                    ("clip", [x, low, high]) => x.clamp(*low, *high),
                    _ => return Err(format!("{name} of {} values", values.len())),
                }
            }
            Expression::Sum(over, body) => self.sum(over, body)?,
            Expression::Symbol(name, below) => self.symbol(name, below)?,
        })
    }

    fn sum(self, over: &str, body: &Expression) -> Result<f64, String> {
        let classes = self.data.classes();
        let at = |class| Self {
            class: Some(class),
            ..self
        };
        let scopes: Vec<Self> = match over {
            "i" => (0..self.data.pixels())
                .map(|pixel| Self {
                    pixel: Some(pixel),
                    ..self
                })
                .collect(),
            "c" => (0..classes).map(at).collect(),
            "c>0" => (1..classes).map(at).collect(),
            "c:G_c>0" => (0..classes)
                .filter(|&class| self.data.sum(class, |_, y| y) > 0.0)
                .map(at)
                .collect(),
            _ => return Err(format!("a sum over {over}")),
        };
        scopes.into_iter().map(|scope| scope.value(body)).sum()
    }

    fn symbol(self, name: &str, below: &str) -> Result<f64, String> {
        let whole = match below {
            "" => name.to_owned(),
            _ => format!("{name}_{below}"),
        };
        // ε is a constant, unless it is a parameter.
        let parameter = self.parameters.iter().find(|(symbol, _)| *symbol == whole);
        if let Some(&(_, value)) = parameter {
            return Ok(value);
        }
        let own = |pixel: Option<usize>| pixel.map(|pixel| usize::from(self.data.labels[pixel]));
        let class = match below {
            "0" | "i0" => Some(0),
            "it" | "y_i" => own(self.pixel),
            _ => self.class,
        };
        let scope = Self { class, ..self };
        match scope.definition(name, below) {
            Some(definition) => scope.value(definition),
            None => scope.known(name, below),
        }
    }

    /// The definition for what stands below, or for the class.
    fn definition(&self, name: &str, below: &str) -> Option<&Expression> {
        let of = |wanted: &str| {
            let mut all = self.formula.definitions.iter();
            all.find(|(symbol, below, _)| symbol == name && below == wanted)
                .map(|(_, _, value)| value)
        };
        if below.is_empty() {
            return of("");
        }
        let by_class = match self.class {
            Some(0) => of("0"),
            _ => of("c>0"),
        };
        of(below)
            .or(by_class)
            .or_else(|| of("c"))
            .or_else(|| of(""))
    }

    /// What every formula may speak of.
    fn known(&self, name: &str, below: &str) -> Result<f64, String> {
        let data = self.data;
        // Without a class: the foreground of two.
        let class = self.class.unwrap_or(1);
        let softening = match self.formula.softened {
            true => self.parameters[0].1,
            false => 0.0,
        };
        let count = |term: fn(f64, f64) -> f64| data.sum(class, term) + softening;
        let at_pixel = |of: &dyn Fn(usize) -> f64| {
            let pixel = self.pixel.ok_or(format!("{name} of no pixel"))?;
            Ok(of(pixel))
        };
        match (name, below) {
            ("N", "") => Ok(data.pixels() as f64),
            ("C", "") => Ok(data.classes() as f64),
            (r"\epsilon", "") => Ok(EPSILON),
            ("L", "CE") => {
                let pixels = 0..data.pixels();
                let logs = pixels.map(|i| data.probability(i, usize::from(data.labels[i])).ln());
                Ok(-logs.sum::<f64>() / data.pixels() as f64)
            }
            ("p", _) => at_pixel(&|pixel| data.probability(pixel, class)),
            ("y", _) => at_pixel(&|pixel| data.label(pixel, class)),
            ("z", _) => at_pixel(&|pixel| data.logit(pixel, class)),
            ("tp", _) => Ok(count(|p, y| p * y)),
            ("fn", _) => Ok(count(|p, y| (1.0 - p) * y)),
            ("fp", _) => Ok(count(|p, y| p * (1.0 - y))),
            ("tn", _) => Ok(count(|p, y| (1.0 - p) * (1.0 - y))),
            ("I", _) => Ok(data.sum(class, |p, y| p * y)),
            ("P", _) => Ok(data.sum(class, |p, _| p)),
            ("G" | "N", _) => Ok(data.sum(class, |_, y| y)),
            _ => Err(format!("{name} with {below} below is not known")),
        }
    }
}
