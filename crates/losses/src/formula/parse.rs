//! The grammar: `+ -` before `* /` before a leading `-` before `^`, which groups to the right.

use std::ops::Range;

use winnow::combinator::{Infix, Prefix, expression};
use winnow::error::{ErrMode, ParserError};
use winnow::prelude::*;
use winnow::stream::{Stateful, Stream, TokenSlice};

use super::error::Problem;
use super::token::{Lexeme, Token, tokens};
use super::tree::{
    MAX_CHARACTERS, MAX_NESTING, MAX_NODES, NEGATE_PRECEDENCE, Node, Op, Operator, Tree,
};

/// What the parser has made so far. The parsers below never go back over what they have consumed, so that
/// no node is ever added twice.
#[derive(Debug, Default)]
struct State {
    tree: Tree,
    nesting: usize,
    /// Bytes of the text.
    length: usize,
}

type Input<'t> = Stateful<TokenSlice<'t, Lexeme<'t>>, State>;
type Span = Range<usize>;
type Parsed<O> = Result<O, ErrMode<Problem>>;

/// Reads a text.
pub(super) fn parse(text: &str) -> Result<Tree, Problem> {
    let characters = text.chars().count();
    if let Some((limit, _)) = text.char_indices().nth(MAX_CHARACTERS) {
        let message =
            format!("the formula has {characters} characters; at most {MAX_CHARACTERS} are read");
        return Err(Problem::new(limit..text.len(), message));
    }
    let lexemes = tokens(text)?;
    let mut input = Input {
        input: TokenSlice::new(&lexemes),
        state: State {
            length: text.len(),
            ..State::default()
        },
    };
    match whole(&mut input) {
        Ok(()) => Ok(input.state.tree),
        Err(ErrMode::Cut(problem) | ErrMode::Backtrack(problem)) => Err(problem),
        // The whole text is there.
        Err(ErrMode::Incomplete(_)) => Err(Problem::from_input(&input)),
    }
}

fn whole(input: &mut Input<'_>) -> Parsed<()> {
    any_expression(input)?;
    match peek(input) {
        None => Ok(()),
        Some(rest) => Err(cut(match rest.token {
            Token::Sign(')') => {
                Problem::new(rest.span, "this parenthesis closes none that is open")
            }
            Token::Sign(',') => Problem::new(
                rest.span,
                "a comma stands only between the arguments of a function",
            )
            .hint("write a decimal point as `.`"),
            _ => missing_operator(rest),
        })),
    }
}

fn any_expression(input: &mut Input<'_>) -> Parsed<Span> {
    expression(operand)
        .prefix(leading_sign)
        .infix(operator)
        .parse_next(input)
}

/// A number, a name, a call or a parenthesis.
fn operand(input: &mut Input<'_>) -> Parsed<Span> {
    let Some(lexeme) = peek(input) else {
        return Err(ErrMode::Backtrack(Problem::from_input(input)));
    };
    match lexeme.token {
        Token::Number(number) => {
            input.next_token();
            push(input, Op::Number(number), lexeme.span)
        }
        Token::Name(name) => {
            input.next_token();
            if next_sign(input) == Some('(') {
                call(input, name, lexeme.span)
            } else {
                push(input, Op::Name(name.to_owned()), lexeme.span)
            }
        }
        Token::Sign('(') => {
            input.next_token();
            enter(input, &lexeme.span)?;
            any_expression(input)?;
            let end = close(input, &lexeme.span)?;
            input.state.nesting -= 1;
            Ok(lexeme.span.start..end)
        }
        Token::Sign(_) => Err(ErrMode::Backtrack(Problem::from_input(input))),
    }
}

/// What follows the name of a function.
fn call(input: &mut Input<'_>, function: &str, name: Span) -> Parsed<Span> {
    let open = peek(input).map_or(name.clone(), |lexeme| lexeme.span);
    input.next_token();
    enter(input, &open)?;
    if let Some(Lexeme {
        token: Token::Sign(')'),
        span,
    }) = peek(input)
    {
        let message = format!("there is nothing in the parentheses of {function}");
        return Err(cut(Problem::new(name.start..span.end, message)));
    }
    let mut arguments = 1;
    any_expression(input)?;
    while next_sign(input) == Some(',') {
        input.next_token();
        any_expression(input)?;
        arguments += 1;
    }
    let end = close(input, &open)?;
    input.state.nesting -= 1;
    let function = function.to_owned();
    push(
        input,
        Op::Call {
            function,
            arguments,
        },
        name.start..end,
    )
}

/// Takes `)`, and says where it ends.
fn close(input: &mut Input<'_>, open: &Span) -> Parsed<usize> {
    match peek(input) {
        Some(Lexeme {
            token: Token::Sign(')'),
            span,
        }) => {
            input.next_token();
            Ok(span.end)
        }
        Some(Lexeme {
            token: Token::Sign(','),
            span,
        }) => Err(cut(Problem::new(
            span,
            "a comma stands only between the arguments of a function",
        )
        .hint("write a decimal point as `.`"))),
        Some(lexeme) => Err(cut(missing_operator(lexeme))),
        None => Err(cut(Problem::new(
            open.clone(),
            "this parenthesis is never closed",
        )
        .hint("a `)` is missing"))),
    }
}

/// Before an operand that is none yet: `-`; anything else stands where a value should.
fn leading_sign<'t>(input: &mut Input<'t>) -> Parsed<Prefix<Input<'t>, Span, ErrMode<Problem>>> {
    match peek(input) {
        Some(Lexeme {
            token: Token::Sign('-'),
            span,
        }) => {
            input.next_token();
            enter(input, &span)?;
            Ok(Prefix(NEGATE_PRECEDENCE.into(), |input, operand: Span| {
                input.state.nesting -= 1;
                // From the sign, which is the last token before the operand that is not of it.
                let start = sign_before(input, operand.start);
                push(input, Op::Negate, start..operand.end)
            }))
        }
        Some(Lexeme { token, span }) => Err(cut(match token {
            Token::Sign('*') => Problem::new(span, "a value is missing before this `*`")
                .hint("write a power as `^`"),
            Token::Sign('+') => Problem::new(span, "a value is missing before this `+`")
                .hint("a number needs no `+` before it"),
            Token::Sign(sign) => {
                Problem::new(span, format!("a value is missing before this `{sign}`"))
            }
            // Operands begin with these: unreachable by the order of the parsers, and still true.
            Token::Number(_) | Token::Name(_) => Problem::new(span, "this cannot stand here"),
        })),
        None => {
            let end = input.state.length;
            let message = if input.state.length == 0 || input.state.tree.is_empty() {
                "there is no formula yet"
            } else {
                "the formula ends where a value should follow"
            };
            Err(cut(Problem::new(end..end, message).hint(
                "values are numbers, p, y, parameters, calls such as log(p), parentheses",
            )))
        }
    }
}

/// Where the `-` stands that is directly before an operand.
fn sign_before(input: &Input<'_>, operand: usize) -> usize {
    let mut before = input.input.previous_tokens();
    before
        .find(|lexeme| lexeme.span.start < operand)
        .map_or(operand, |lexeme| lexeme.span.start)
}

fn operator<'t>(input: &mut Input<'t>) -> Parsed<Infix<Input<'t>, Span, ErrMode<Problem>>> {
    use Operator::{Add, Divide, Multiply, Power, Subtract};
    let precedence = |operator: Operator| i64::from(operator.precedence());
    let infix = match next_sign(input) {
        Some('+') => Infix::Left(precedence(Add), |i, a, b| binary(i, Add, a, b)),
        Some('-') => Infix::Left(precedence(Subtract), |i, a, b| binary(i, Subtract, a, b)),
        Some('*') => Infix::Left(precedence(Multiply), |i, a, b| binary(i, Multiply, a, b)),
        Some('/') => Infix::Left(precedence(Divide), |i, a, b| binary(i, Divide, a, b)),
        // What stands right of it is parsed by recursion, however long the chain. It binds tightest: once
        // read it is always applied, so that every level entered is left again.
        Some('^') => {
            let span = peek(input).map_or(0..0, |lexeme| lexeme.span);
            enter(input, &span)?;
            Infix::Right(precedence(Power), |i: &mut Input<'t>, a, b| {
                i.state.nesting -= 1;
                binary(i, Power, a, b)
            })
        }
        _ => return Err(ErrMode::Backtrack(Problem::from_input(input))),
    };
    input.next_token();
    Ok(infix)
}

fn binary(input: &mut Input<'_>, operator: Operator, a: Span, b: Span) -> Parsed<Span> {
    push(input, Op::Binary(operator), a.start..b.end)
}

fn push(input: &mut Input<'_>, op: Op, span: Span) -> Parsed<Span> {
    if input.state.tree.len() == MAX_NODES {
        let message = format!(
            "the formula has more than {MAX_NODES} numbers, names, operators and calls from here on"
        );
        return Err(cut(Problem::new(span, message)));
    }
    let whole = span.clone();
    input.state.tree.push(Node { op, span });
    Ok(whole)
}

/// Counts one more level of recursion, which `span` begins.
fn enter(input: &mut Input<'_>, span: &Span) -> Parsed<()> {
    input.state.nesting += 1;
    if input.state.nesting > MAX_NESTING {
        let message = format!("more than {MAX_NESTING} levels stand in one another here");
        return Err(cut(Problem::new(span.clone(), message)));
    }
    Ok(())
}

fn peek<'t>(input: &Input<'t>) -> Option<Lexeme<'t>> {
    input.peek_token().cloned()
}

fn next_sign(input: &Input<'_>) -> Option<char> {
    match peek(input)?.token {
        Token::Sign(sign) => Some(sign),
        _ => None,
    }
}

fn missing_operator(before: Lexeme<'_>) -> Problem {
    Problem::new(before.span, "an operator is missing before this").hint("write a product as `*`")
}

fn cut(problem: Problem) -> ErrMode<Problem> {
    ErrMode::Cut(problem)
}

impl ParserError<Input<'_>> for Problem {
    type Inner = Self;

    fn from_input(input: &Input<'_>) -> Self {
        let end = input.state.length;
        let span = peek(input).map_or(end..end, |lexeme| lexeme.span);
        Self::new(span, "this cannot stand here")
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}
