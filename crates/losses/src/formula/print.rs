//! Formulas as text and as TeX, with no more parentheses than needed.

use super::tree::{NEGATE_PRECEDENCE, Op, Operator, Tree};

/// What a piece of output binds as: a number, name or call binds tightest.
const TIGHTEST: u8 = 100;

/// A piece of output, and how tightly it binds.
struct Piece {
    text: String,
    precedence: u8,
}

impl Piece {
    fn new(text: String) -> Self {
        Self {
            text,
            precedence: TIGHTEST,
        }
    }

    /// The piece where something as tight as `least` must stand.
    fn within(self, least: u8, parentheses: [&str; 2]) -> String {
        if self.precedence >= least {
            self.text
        } else {
            let [open, close] = parentheses;
            format!("{open}{}{close}", self.text)
        }
    }
}

/// Builds the pieces of a tree bottom-up: the postfix order asks for no recursion.
fn fold(tree: &Tree, piece: impl Fn(&Op, Vec<Piece>) -> Piece) -> String {
    let mut stack: Vec<Piece> = vec![];
    for node in tree {
        let operands = match node.op {
            Op::Number(_) | Op::Name(_) => 0,
            Op::Negate => 1,
            Op::Binary(_) => 2,
            Op::Call { arguments, .. } => arguments,
        };
        let operands = stack.split_off(stack.len().saturating_sub(operands));
        stack.push(piece(&node.op, operands));
    }
    stack.pop().map(|piece| piece.text).unwrap_or_default()
}

/// The least precedence of the operands of an operator: where one binds no tighter, the side to which
/// the operator groups needs no parentheses.
fn operands_of(operator: Operator) -> [u8; 2] {
    let own = operator.precedence();
    if operator == Operator::Power {
        // Also a sign: 2^-x.
        [own + 1, NEGATE_PRECEDENCE]
    } else {
        [own, own + 1]
    }
}

/// As it would be typed.
pub(super) fn text(tree: &Tree) -> String {
    const ROUND: [&str; 2] = ["(", ")"];
    fold(tree, |op, operands| {
        let mut operands = operands.into_iter();
        let mut next = |least| {
            operands
                .next()
                .map(|piece| piece.within(least, ROUND))
                .unwrap_or_default()
        };
        match op {
            Op::Number(number) => Piece::new(digits(*number)),
            Op::Name(name) => Piece::new(name.clone()),
            Op::Negate => Piece {
                text: format!("-{}", next(NEGATE_PRECEDENCE)),
                precedence: NEGATE_PRECEDENCE,
            },
            Op::Binary(operator) => {
                let [left, right] = operands_of(*operator);
                let (left, right) = (next(left), next(right));
                let sign = operator.sign();
                let text = match operator {
                    Operator::Add | Operator::Subtract => format!("{left} {sign} {right}"),
                    _ => format!("{left}{sign}{right}"),
                };
                Piece {
                    text,
                    precedence: operator.precedence(),
                }
            }
            Op::Call {
                function,
                arguments,
            } => {
                let arguments: Vec<_> = (0..*arguments).map(|_| next(0)).collect();
                Piece::new(format!("{function}({})", arguments.join(", ")))
            }
        }
    })
}

/// The shortest digits that give the same number.
fn digits(number: f64) -> String {
    let plain = number.to_string();
    if plain.len() > 12 {
        format!("{number:e}")
    } else {
        plain
    }
}

/// A fraction is whole in itself, but not the base of a power.
const FRACTION_PRECEDENCE: u8 = 50;

/// As TeX.
pub(super) fn tex(tree: &Tree) -> String {
    const ROUND: [&str; 2] = [r"\left(", r"\right)"];
    fold(tree, |op, operands| {
        let mut operands = operands.into_iter();
        let mut next = |least| {
            operands
                .next()
                .map(|piece| piece.within(least, ROUND))
                .unwrap_or_default()
        };
        match op {
            Op::Number(number) => Piece::new(tex_number(*number)),
            Op::Name(name) => Piece::new(tex_name(name)),
            Op::Negate => Piece {
                text: format!("-{}", next(NEGATE_PRECEDENCE)),
                precedence: NEGATE_PRECEDENCE,
            },
            Op::Binary(Operator::Divide) => Piece {
                text: format!(r"\frac{{{}}}{{{}}}", next(0), next(0)),
                precedence: FRACTION_PRECEDENCE,
            },
            Op::Binary(Operator::Power) => Piece {
                text: format!("{{{}}}^{{{}}}", next(TIGHTEST), next(0)),
                precedence: Operator::Power.precedence(),
            },
            Op::Binary(operator) => {
                let own = operator.precedence();
                let left = next(own);
                // Sums of sums and products of products are understood without parentheses; but in print
                // no sign follows an operator.
                let least = own + u8::from(*operator == Operator::Subtract);
                let right = operands.next().map(|piece| {
                    let signed = piece.precedence == NEGATE_PRECEDENCE;
                    piece.within(if signed { TIGHTEST } else { least }, ROUND)
                });
                let right = right.unwrap_or_default();
                let sign = match operator {
                    Operator::Add => "+",
                    Operator::Subtract => "-",
                    _ => r"\,",
                };
                Piece {
                    text: format!("{left}{sign}{right}"),
                    precedence: operator.precedence(),
                }
            }
            Op::Call {
                function,
                arguments,
            } => {
                let arguments: Vec<_> = (0..*arguments).map(|_| next(0)).collect();
                Piece::new(tex_call(function, &arguments))
            }
        }
    })
}

fn tex_number(number: f64) -> String {
    let digits = digits(number);
    match digits.split_once('e') {
        Some(("1", exponent)) => format!("10^{{{exponent}}}"),
        Some((mantissa, exponent)) => format!(r"{mantissa}\cdot 10^{{{exponent}}}"),
        None => digits,
    }
}

/// The symbol of a name: Greek letters by their names, other words upright.
pub(super) fn tex_name(name: &str) -> String {
    const GREEK: [&str; 22] = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
        "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
    ];
    match name {
        "pt" => "p_{t}".to_owned(),
        "logp" => r"\log p".to_owned(),
        "tp" | "fn" | "fp" | "tn" => format!(r"\mathrm{{{name}}}"),
        _ if GREEK.contains(&name) => format!(r"\{name}"),
        _ if name.chars().count() == 1 => name.to_owned(),
        _ => format!(r"\mathrm{{{}}}", name.replace('_', r"\_")),
    }
}

fn tex_call(function: &str, arguments: &[String]) -> String {
    let list = arguments.join(",");
    let operator = match function {
        "sqrt" => return format!(r"\sqrt{{{list}}}"),
        "abs" => return format!(r"\left|{list}\right|"),
        "pow" if arguments.len() == 2 => {
            return format!(r"{{\left({}\right)}}^{{{}}}", arguments[0], arguments[1]);
        }
        "log" | "exp" | "tanh" | "min" | "max" => format!(r"\{function}"),
        _ => match function.split_once('_') {
            Some((reduction, axis)) => {
                format!(
                    r"\operatorname{{{reduction}}}_{{\mathrm{{{}}}}}",
                    axis.replace('_', r"\_")
                )
            }
            None => format!(r"\operatorname{{{function}}}"),
        },
    };
    format!(r"{operator}\left({list}\right)")
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::super::parse::parse;
    use super::super::tree::Node;
    use super::*;

    /// A tree at most so deep, in postfix order.
    fn random_tree(rng: &mut ChaCha8Rng, depth: usize, tree: &mut Vec<Op>) {
        const NAMES: [&str; 6] = ["p", "y", "gamma", "γ_1", "e2", "_"];
        const OPERATORS: [Operator; 5] = [
            Operator::Add,
            Operator::Subtract,
            Operator::Multiply,
            Operator::Divide,
            Operator::Power,
        ];
        let choice = if depth == 0 {
            0
        } else {
            rng.random_range(0..6)
        };
        let op = match choice {
            0 if rng.random() => {
                Op::Number([0.0, 0.5, 1e-6, 1e300, 0.1 + 0.2][rng.random_range(0..5)])
            }
            0 => Op::Name(NAMES[rng.random_range(0..NAMES.len())].to_owned()),
            1 => {
                random_tree(rng, depth - 1, tree);
                Op::Negate
            }
            2 => {
                let arguments = rng.random_range(1..4);
                for _ in 0..arguments {
                    random_tree(rng, depth - 1, tree);
                }
                Op::Call {
                    function: "sum_pixels".to_owned(),
                    arguments,
                }
            }
            _ => {
                random_tree(rng, depth - 1, tree);
                random_tree(rng, depth - 1, tree);
                Op::Binary(OPERATORS[rng.random_range(0..5)])
            }
        };
        tree.push(op);
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same_tree() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for _ in 0..3000 {
            let mut ops = vec![];
            random_tree(&mut rng, 5, &mut ops);
            let tree = ops
                .iter()
                .map(|op| Node {
                    op: op.clone(),
                    span: 0..0,
                })
                .collect();
            let text = text(&tree);
            let Ok(read) = parse(&text) else {
                assert!(
                    ops.len() > super::super::MAX_NODES
                        || text.len() > super::super::MAX_CHARACTERS,
                    "{text}"
                );
                continue;
            };
            let read: Vec<Op> = read.into_iter().map(|node| node.op).collect();
            assert_eq!(read, ops, "{text}");
        }
    }

    #[test]
    fn parentheses_stand_only_where_needed() {
        for (typed, printed) in [
            ("((p))", "p"),
            ("(a*b)*c", "a*b*c"),
            ("a*(b*c)", "a*(b*c)"),
            ("(a^b)^c", "(a^b)^c"),
            ("a^(b^c)", "a^b^c"),
            ("-(x^2)", "-x^2"),
            ("(-x)^2", "(-x)^2"),
            ("2^(-x)", "2^-x"),
            ("-(a*b)", "-(a*b)"),
            ("(-a)*b", "-a*b"),
            ("a - (b - c)", "a - (b - c)"),
            ("a·b − c÷d", "a*b - c/d"),
            (" f ( a , b\n) ", "f(a, b)"),
            ("1e-6+.5+2.", "1e-6 + 0.5 + 2"),
        ] {
            // Short decimals are printed as such.
            let printed = printed.replace("1e-6", "0.000001");
            assert_eq!(text(&parse(typed).unwrap()), printed, "{typed}");
        }
    }

    #[test]
    fn tex_is_what_would_be_set_by_hand() {
        for (typed, expected) in [
            ("-log(p)", r"-\log\left(p\right)"),
            ("(1-pt)^gamma", r"{\left(1-p_{t}\right)}^{\gamma}"),
            ("a/(b+1)", r"\frac{a}{b+1}"),
            (
                "2*sum_pixels(my_x)",
                r"2\,\operatorname{sum}_{\mathrm{pixels}}\left(\mathrm{my\_x}\right)",
            ),
            ("a*-b", r"a\,\left(-b\right)"),
            ("x - -y", r"x-\left(-y\right)"),
            ("1e-15", "10^{-15}"),
            ("a/b^2", r"\frac{a}{{b}^{2}}"),
            ("(a/b)^2", r"{\left(\frac{a}{b}\right)}^{2}"),
        ] {
            assert_eq!(tex(&parse(typed).unwrap()), expected, "{typed}");
        }
    }
}
