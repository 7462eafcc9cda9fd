//! Tokens of TeX as expressions: products without a sign, sums that reach to the end of their product.

use crate::token::Token;

#[derive(Debug, Clone)]
pub(crate) enum Expression {
    Number(f64),
    /// A symbol, and what stands below it.
    Symbol(String, String),
    Negative(Box<Expression>),
    Binary(char, Box<Expression>, Box<Expression>),
    /// A function of some arguments.
    Call(String, Vec<Expression>),
    /// A sum over what stands below it.
    Sum(String, Box<Expression>),
}

pub(crate) struct Parser<'a> {
    tokens: &'a [Token],
}

type Parsed = Result<Expression, String>;

fn binary(sign: char, a: Expression, b: Expression) -> Expression {
    Expression::Binary(sign, Box::new(a), Box::new(b))
}

/// All of the tokens as one expression.
pub(crate) fn expression(tokens: &[Token]) -> Parsed {
    let mut parser = Parser { tokens };
    let expression = parser.sum()?;
    match parser.tokens {
        [] => Ok(expression),
        [next, ..] => Err(format!("{next:?} is left over")),
    }
}

impl Parser<'_> {
    fn take(&mut self, token: &Token) -> bool {
        let found = self.tokens.first() == Some(token);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    fn need(&mut self, token: &Token) -> Result<(), String> {
        if self.take(token) {
            return Ok(());
        }
        Err(format!(
            "{token:?} is missing before {:?}",
            self.tokens.first()
        ))
    }

    fn below(&mut self) -> String {
        let Some(Token::Below(text)) = self.tokens.first() else {
            return String::new();
        };
        let text = text.clone();
        self.tokens = &self.tokens[1..];
        text
    }

    /// `a + b − c`
    fn sum(&mut self) -> Parsed {
        let mut sum = if self.take(&Token::Sign('-')) {
            Expression::Negative(Box::new(self.product()?))
        } else {
            self.product()?
        };
        loop {
            let sign = match self.tokens.first() {
                Some(Token::Sign(sign @ ('+' | '-'))) => *sign,
                _ => return Ok(sum),
            };
            self.tokens = &self.tokens[1..];
            sum = binary(sign, sum, self.product()?);
        }
    }

    /// `a b / c`
    fn product(&mut self) -> Parsed {
        let mut product = self.power()?;
        loop {
            match self.tokens.first() {
                Some(Token::Sign('/')) => {
                    self.tokens = &self.tokens[1..];
                    product = binary('/', product, self.power()?);
                }
                Some(Token::Number(_) | Token::Symbol(_) | Token::Command(_) | Token::Open) => {
                    product = binary('*', product, self.power()?);
                }
                _ => return Ok(product),
            }
        }
    }

    /// `a^b`
    fn power(&mut self) -> Parsed {
        let base = self.factor()?;
        if !self.take(&Token::Sign('^')) {
            return Ok(base);
        }
        let exponent = match self.tokens.first() {
            Some(Token::Begin) => self.group()?,
            _ => self.factor()?,
        };
        Ok(binary('^', base, exponent))
    }

    fn group(&mut self) -> Parsed {
        self.need(&Token::Begin)?;
        let inside = self.sum()?;
        self.need(&Token::End)?;
        Ok(inside)
    }

    fn factor(&mut self) -> Parsed {
        let (first, rest) = self.tokens.split_first().ok_or("it ends too soon")?;
        self.tokens = rest;
        match first {
            Token::Number(number) => Ok(Expression::Number(*number)),
            Token::Symbol(name) => Ok(Expression::Symbol(name.clone(), self.below())),
            Token::Open => {
                let inside = self.sum()?;
                self.need(&Token::Close)?;
                Ok(inside)
            }
            Token::Command(name) => self.command(name),
            other => Err(format!("{other:?} stands where a value should")),
        }
    }

    fn command(&mut self, name: &str) -> Parsed {
        match name {
            "frac" => Ok(binary('/', self.group()?, self.group()?)),
            "sqrt" => Ok(binary('^', self.group()?, Expression::Number(0.5))),
            "sum" => {
                let over = self.below();
                Ok(Expression::Sum(over, Box::new(self.product()?)))
            }
            "clip" => {
                self.need(&Token::Open)?;
                let mut arguments = vec![self.sum()?];
                while self.take(&Token::Sign(',')) {
                    arguments.push(self.sum()?);
                }
                self.need(&Token::Close)?;
                Ok(Expression::Call(name.to_owned(), arguments))
            }
            // Of what comes next: log p, log cosh(…).
            _ => Ok(Expression::Call(name.to_owned(), vec![self.power()?])),
        }
    }
}
