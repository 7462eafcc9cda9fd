//! Numbers, names and signs of a formula.

use std::ops::Range;

use winnow::combinator::{alt, dispatch, fail, opt};
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::stream::LocatingSlice;
use winnow::token::{any, one_of, take_while};

use super::error::Problem;

/// What a formula is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'t> {
    Number(f64),
    Name(&'t str),
    /// One of `+ - * / ^ ( ) ,`.
    Sign(char),
}

/// A token and its bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexeme<'t> {
    pub(super) token: Token<'t>,
    pub(super) span: Range<usize>,
}

type Text<'t> = LocatingSlice<&'t str>;

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Result<Vec<Lexeme<'_>>, Problem> {
    let mut input = Text::new(text);
    let mut lexemes = vec![];
    loop {
        skip_space(&mut input);
        let rest: &str = &input;
        let Some(first) = rest.chars().next() else {
            return Ok(lexemes);
        };
        let start = text.len() - rest.len();
        let Ok((token, span)) = token.with_span().parse_next(&mut input) else {
            return Err(unknown_character(start, first));
        };
        if matches!(token, Token::Number(number) if !number.is_finite()) {
            return Err(Problem::new(span, "this number is too large"));
        }
        lexemes.push(Lexeme { token, span });
    }
}

fn skip_space(input: &mut Text<'_>) {
    let space = take_while::<_, _, EmptyError>(0.., char::is_whitespace);
    // Nothing is space enough: it cannot fail.
    let _ = space.void().parse_next(input);
}

fn token<'t>(input: &mut Text<'t>) -> Result<Token<'t>, EmptyError> {
    alt((number, name, sign)).parse_next(input)
}

/// `2`, `0.5`, `.5`, `2.`, `1e-6`.
fn number<'t>(input: &mut Text<'t>) -> Result<Token<'t>, EmptyError> {
    let digits = |least: usize| take_while::<_, Text<'t>, EmptyError>(least.., '0'..='9');
    let mantissa = alt((
        (digits(1), opt(('.', digits(0)))).void(),
        ('.', digits(1)).void(),
    ));
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digits(1));
    (mantissa, opt(exponent))
        .take()
        .parse_to()
        .map(Token::Number)
        .parse_next(input)
}

/// Letters of any script, digits and underscores; it begins with no digit.
fn name<'t>(input: &mut Text<'t>) -> Result<Token<'t>, EmptyError> {
    let letter = |c: char| c.is_alphabetic() || c == '_';
    (
        one_of(letter),
        take_while(0.., move |c: char| letter(c) || c.is_ascii_digit()),
    )
        .take()
        .map(Token::Name)
        .parse_next(input)
}

/// Signs, also as typesetting has them.
fn sign<'t>(input: &mut Text<'t>) -> Result<Token<'t>, EmptyError> {
    dispatch! {any;
        sign @ ('+' | '-' | '*' | '/' | '^' | '(' | ')' | ',') => winnow::combinator::empty.value(Token::Sign(sign)),
        '−' | '–' => winnow::combinator::empty.value(Token::Sign('-')),
        '×' | '·' | '⋅' | '∗' => winnow::combinator::empty.value(Token::Sign('*')),
        '÷' => winnow::combinator::empty.value(Token::Sign('/')),
        _ => fail,
    }
    .parse_next(input)
}

fn unknown_character(start: usize, character: char) -> Problem {
    let problem = Problem::new(
        start..start + character.len_utf8(),
        format!("`{character}` has no meaning in a formula"),
    );
    match character {
        '[' | '{' | ']' | '}' => problem.hint("group with ( and )"),
        '²' => problem.hint("write a square as ^2"),
        '³' => problem.hint("write a cube as ^3"),
        '=' => {
            problem.hint("a formula is one expression, without `=`: write only what the loss is")
        }
        '<' | '>' => problem.hint("comparisons are not known; min, max and clamp may do"),
        '|' => problem.hint("write an absolute value as abs(…)"),
        'Σ' | '∑' => problem.hint("write a sum as sum(…)"),
        '√' => problem.hint("write a root as sqrt(…)"),
        '.' => problem.hint(
            "a decimal point stands beside a digit, and names have none: log(p), not np.log(p)",
        ),
        _ => problem,
    }
}
