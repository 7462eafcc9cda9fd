//! A formula's syntax, before its names mean anything.

use std::ops::Range;

/// The longest text, in characters.
pub const MAX_CHARACTERS: usize = 2_000;
/// How deep parentheses, calls, signs and powers may stand in one another.
pub const MAX_NESTING: usize = 64;
/// The most numbers, names, operators and calls.
pub const MAX_NODES: usize = 500;
/// The most of them whose value has a pixel axis: each takes memory in proportion to the images.
pub const MAX_PIXEL_NODES: usize = 200;
/// The most parameters.
pub const MAX_PARAMETERS: usize = 16;

/// A formula in postfix order: operands before what is applied to them. Being flat, it can be walked and
/// dropped without recursion, however it is built.
pub(super) type Tree = Vec<Node>;

/// One number, name, operator or call, and the bytes that it spans with its operands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) op: Op,
    pub(super) span: Range<usize>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Op {
    Number(f64),
    Name(String),
    /// Of one operand.
    Negate,
    /// Of two operands.
    Binary(Operator),
    /// Of so many arguments.
    Call {
        function: String,
        arguments: usize,
    },
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Operator {
    /// How tightly it binds.
    pub(super) const fn precedence(self) -> u8 {
        match self {
            Self::Add | Self::Subtract => 10,
            Self::Multiply | Self::Divide => 20,
            Self::Power => 40,
        }
    }

    pub(super) const fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
            Self::Power => '^',
        }
    }
}

/// How tightly the sign before an operand binds: −x² is −(x²), −x·y is (−x)·y.
pub(super) const NEGATE_PRECEDENCE: u8 = 30;
