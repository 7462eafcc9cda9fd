//! TeX as tokens, as far as formulas of losses need it.

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Number(f64),
    /// A letter, a Greek one's command, or a name set upright.
    Symbol(String),
    /// What stands below, without spaces.
    Below(String),
    /// A command that something follows: `\frac`, `\log`, ….
    Command(String),
    /// A parenthesis or bracket.
    Open,
    Close,
    /// A brace.
    Begin,
    End,
    /// One of `^ + - / , =`.
    Sign(char),
    /// The gap before definitions.
    Gap,
    Words(String),
}

const SPACES: [&str; 10] = [
    ",", ";", "!", " ", "big", "Big", "bigg", "Bigg", "left", "right",
];
const COMMANDS: [&str; 6] = ["frac", "sqrt", "sum", "log", "ln", "cosh"];
const GREEK: [&str; 8] = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "varepsilon",
    "lambda",
    "sigma",
];

/// Takes what is in braces, which is next.
fn braces(rest: &str) -> Result<(&str, &str), String> {
    let inside = rest.strip_prefix('{').ok_or("no brace")?;
    let mut depth = 1;
    for (at, c) in inside.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            return Ok((&inside[..at], &inside[at + 1..]));
        }
    }
    Err("a brace is not closed".to_owned())
}

/// `c:\,G_c>0` as `c:G_c>0`, `\mathrm{Dice}` as `Dice`.
fn plain(below: &str) -> String {
    let mut plain = below.replace(r"\,", "").replace(r"\mathrm", "");
    plain.retain(|c| !"{}".contains(c));
    plain
}

pub(crate) fn tokens(tex: &str) -> Result<Vec<Token>, String> {
    let mut tokens = vec![];
    let mut rest = tex;
    while let Some(first) = rest.chars().next() {
        let behind = &rest[first.len_utf8()..];
        let token = match first {
            ' ' => {
                rest = behind;
                continue;
            }
            '\\' => {
                let letters = behind.find(|c: char| !c.is_ascii_alphabetic());
                let name = &behind[..letters.unwrap_or(behind.len()).max(1)];
                rest = &behind[name.len()..];
                match name {
                    _ if SPACES.contains(&name) => continue,
                    "quad" => Token::Gap,
                    "mathrm" | "text" => {
                        let (inside, after) = braces(rest)?;
                        rest = after;
                        match name {
                            "text" => Token::Words(inside.to_owned()),
                            _ if inside == "clip" => Token::Command(inside.to_owned()),
                            _ => Token::Symbol(inside.to_owned()),
                        }
                    }
                    _ if COMMANDS.contains(&name) => Token::Command(name.to_owned()),
                    // Only a function here.
                    "sigma" => Token::Command(name.to_owned()),
                    _ if GREEK.contains(&name) => Token::Symbol(format!("\\{name}")),
                    _ => return Err(format!("\\{name} is not known")),
                }
            }
            '_' => {
                let (below, after) = match braces(behind) {
                    Ok(found) => found,
                    Err(_) => behind.split_at(1),
                };
                rest = after;
                Token::Below(plain(below))
            }
            '0'..='9' => {
                let end = behind.find(|c: char| !c.is_ascii_digit());
                let digits = &rest[..1 + end.unwrap_or(behind.len())];
                rest = &rest[digits.len()..];
                Token::Number(digits.parse().map_err(|_| "no number")?)
            }
            _ => {
                rest = behind;
                match first {
                    '(' | '[' => Token::Open,
                    ')' | ']' => Token::Close,
                    '{' => Token::Begin,
                    '}' => Token::End,
                    '^' | '+' | '-' | '/' | ',' | '=' => Token::Sign(first),
                    _ if first.is_ascii_alphabetic() => Token::Symbol(first.to_string()),
                    _ => return Err(format!("{first} is not known")),
                }
            }
        };
        tokens.push(token);
    }
    Ok(tokens)
}
