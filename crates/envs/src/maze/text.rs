//! Reads drawings.

use prob::Probability;
use thiserror::Error;

use super::{Arrival, Cell, Door, Maze, Plan, Prize, Sight, Start, check_reward};

/// What is wrong with a drawing, or with a question about a maze. Lines and columns are
/// counted from 1, as editors do.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MazeError {
    /// A character that means nothing.
    #[error(
        "line {line}, column {column}: '{found}' is neither #, ., S, G, a door from a to z nor a prize that the header names"
    )]
    BadCharacter {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What stands there.
        found: char,
    },
    /// A key or a value in the header that means nothing.
    #[error("line {line}, column {column}: '{found}' is not {expected}")]
    BadHeader {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What stands there.
        found: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A key that stands in the header twice.
    #[error("line {line}, column 1: a second '{key}'")]
    HeaderTwice {
        /// Line, from 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// A line of another length than the first line of the drawing.
    #[error("line {line} has {found} columns and line {first} has {expected}")]
    Ragged {
        /// Line, from 1.
        line: usize,
        /// The first line of the drawing.
        first: usize,
        /// Its length.
        expected: usize,
        /// Length of this line.
        found: usize,
    },
    /// A start, goal or door drawn twice.
    #[error("line {line}, column {column}: a second '{mark}'")]
    Twice {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is drawn twice.
        mark: char,
    },
    /// A start is drawn, and the header asks for a random one.
    #[error("line {line}, column {column}: an 'S', though the header says start: random")]
    StartAnyway {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// No start, no goal, no floor to start from at random, or no cell for a prize that
    /// the header names.
    #[error("the drawing has no '{mark}'")]
    Missing {
        /// What is missing.
        mark: char,
    },
    /// The goal can't be reached from the start though all doors are open.
    #[error("no way leads from S to G")]
    NoWay,
    /// The goal can't be reached from one of the floors where a trial may start.
    #[error("no way leads from line {line}, column {column} to G")]
    NoWayFrom {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// No door of this name.
    #[error("the maze has no door '{door}'")]
    NoDoor {
        /// The name asked for.
        door: char,
    },
    /// No prize of this letter.
    #[error("the maze has no prize '{prize}'")]
    NoPrize {
        /// The letter asked for.
        prize: char,
    },
    /// Arriving at a prize pays no finite reward.
    #[error(
        "prize '{prize}' pays {reward} less a step cost of {step_cost}, which is no finite number"
    )]
    BadReward {
        /// Its letter.
        prize: char,
        /// Its reward.
        reward: f64,
        /// What a step costs.
        step_cost: f64,
    },
    /// A step cost that is none.
    #[error("{cost} is no step cost: it must be finite and at least 0")]
    BadStepCost {
        /// The number.
        cost: f64,
    },
    /// A goal at which the trial goes on.
    #[error("the goal must end the trial")]
    GoalStays,
    /// No free floor where something is to be put.
    #[error("line {line}, column {column} of the drawing is no free floor")]
    NoFloor {
        /// Line of the drawing, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
}

/// What stands above a drawing.
struct Header {
    start: StartSays,
    slip: Probability,
    step_cost: f64,
    legend: Vec<(char, Prize)>,
    lines: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StartSays {
    Drawn,
    Random,
}

pub(super) fn parse(text: &str) -> Result<Maze, MazeError> {
    let header = read_header(text)?;
    let first = header.lines + 1;
    let lines = || text.lines().enumerate().skip(header.lines);
    let columns = lines().next().map_or(0, |(_, line)| line.chars().count());
    let mut cells = Vec::new();
    let mut doors: Vec<(char, usize, Door)> = Vec::new();
    let mut prizes = Vec::new();
    let (mut start, mut goal) = (None, None);
    for (row, text) in lines() {
        let line = row + 1;
        let found = text.chars().count();
        if found != columns {
            return Err(MazeError::Ragged { line, first, expected: columns, found });
        }
        for (column, mark) in text.chars().enumerate() {
            let twice = MazeError::Twice { line, column: column + 1, mark };
            let state = cells.len();
            let prize = header.legend.iter().find(|(letter, _)| *letter == mark);
            match mark {
                '#' => continue,
                '.' => {}
                'S' if header.start == StartSays::Random => {
                    return Err(MazeError::StartAnyway { line, column: column + 1 });
                }
                'S' if start.replace(state).is_none() => {}
                'G' if goal.replace(state).is_none() => {
                    let prize = prize.map_or(Prize::GOAL, |&(_, prize)| prize);
                    prizes.push((mark, state, prize));
                }
                'S' | 'G' => return Err(twice),
                'a'..='z' if doors.iter().any(|&(name, ..)| name == mark) => {
                    return Err(twice);
                }
                'a'..='z' => doors.push((mark, state, Door::Open)),
                _ => match prize {
                    Some(&(_, prize)) => prizes.push((mark, state, prize)),
                    None => {
                        return Err(MazeError::BadCharacter {
                            line,
                            column: column + 1,
                            found: mark,
                        });
                    }
                },
            }
            cells.push(Cell { row: row - header.lines, column });
        }
    }
    if start.is_none() && header.start == StartSays::Drawn {
        return Err(MazeError::Missing { mark: 'S' });
    }
    let goal = goal.ok_or(MazeError::Missing { mark: 'G' })?;
    for &(mark, prize) in &header.legend {
        check_reward(mark, prize.reward, header.step_cost)?;
        if !prizes.iter().any(|&(drawn, ..)| drawn == mark) {
            return Err(MazeError::Missing { mark });
        }
    }
    let plan = Plan {
        rows: lines().count(),
        columns,
        cells,
        start: start.map_or(Start::Anywhere, Start::At),
        goal,
        prizes,
        doors,
        slip: header.slip,
        step_cost: header.step_cost,
    };
    Maze::new(plan).map_err(|error| match error {
        MazeError::NoWayFrom { line, column } => {
            MazeError::NoWayFrom { line: line + header.lines, column }
        }
        other => other,
    })
}

fn read_header(text: &str) -> Result<Header, MazeError> {
    let mut header = Header {
        start: StartSays::Drawn,
        slip: Probability::ZERO,
        step_cost: 0.0,
        legend: Vec::new(),
        lines: 0,
    };
    let mut seen: Vec<&str> = Vec::new();
    for (i, text) in text.lines().enumerate() {
        let Some((key, value)) = text.split_once(':') else {
            // A blank line may part header and drawing.
            header.lines += usize::from(i > 0 && text.trim().is_empty());
            break;
        };
        let line = i + 1;
        if seen.contains(&key) {
            return Err(MazeError::HeaderTwice { line, key: key.to_owned() });
        }
        seen.push(key);
        read_line(line, key, value, &mut header)?;
        header.lines = line;
    }
    Ok(header)
}

fn read_line(
    line: usize,
    key: &str,
    value: &str,
    header: &mut Header,
) -> Result<(), MazeError> {
    let indent = value.chars().take_while(|c| c.is_whitespace()).count();
    let column = key.chars().count() + 2 + indent;
    let value = value.trim();
    let bad = |expected| MazeError::BadHeader {
        line,
        column,
        found: value.to_owned(),
        expected,
    };
    match key {
        "start" if value == "random" => header.start = StartSays::Random,
        "start" => return Err(bad("random")),
        "slip" => {
            let slip = value.parse().ok().and_then(|p| Probability::new(p).ok());
            header.slip = slip.ok_or_else(|| bad("a probability from 0 to 1"))?;
        }
        "step cost" => {
            let cost = value.parse().ok().filter(|c: &f64| c.is_finite() && *c >= 0.0);
            header.step_cost =
                cost.ok_or_else(|| bad("a finite number that is at least 0"))?;
        }
        _ => {
            let mut letters = key.chars();
            let (Some(mark @ 'A'..='Z'), None) = (letters.next(), letters.next()) else {
                return Err(unknown(line, key));
            };
            if mark == 'S' {
                return Err(unknown(line, key));
            }
            let prize = read_prize(value);
            let prize = if mark == 'G' {
                prize
                    .filter(|prize| prize.arrival == Arrival::Ends)
                    .ok_or_else(|| bad("a finite reward with ends, and perhaps hidden"))?
            } else {
                prize.ok_or_else(|| {
                    bad("a finite reward with ends or stays, and perhaps hidden")
                })?
            };
            header.legend.push((mark, prize));
        }
    }
    Ok(())
}

fn unknown(line: usize, key: &str) -> MazeError {
    MazeError::BadHeader {
        line,
        column: 1,
        found: key.to_owned(),
        expected: "start, slip, step cost or the capital letter of a prize",
    }
}

fn read_prize(value: &str) -> Option<Prize> {
    let mut words = value.split_whitespace();
    let reward = words.next()?.parse().ok().filter(|r: &f64| r.is_finite())?;
    let arrival = match words.next()? {
        "ends" => Arrival::Ends,
        "stays" => Arrival::Stays,
        _ => return None,
    };
    let sight = match words.next() {
        None => Sight::Visible,
        Some("hidden") => Sight::Hidden,
        Some(_) => return None,
    };
    words.next().is_none().then_some(Prize { reward, arrival, sight })
}
