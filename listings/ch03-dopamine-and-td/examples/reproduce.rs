//! Numbers of figures by Sutton and Barto (2018), recomputed: as text, or with `--json`
//! as one JSON object and from more runs.

use std::process::exit;

use ch03_dopamine_and_td::batch;
use ch03_dopamine_and_td::lambda::{self, Algorithm};
use ch03_dopamine_and_td::n_step;
use ch03_dopamine_and_td::random_walk::{self, Method, WALKS};
use ch03_dopamine_and_td::same_walks::Row;
use serde_json::{Value, json};

/// How many runs there are.
#[derive(Clone, Copy)]
struct Runs {
    /// Of the walks with five places.
    short: u64,
    /// Of the walks with nineteen.
    long: u64,
}

/// A look that takes seconds.
const TEXT: Runs = Runs { short: 400, long: 100 };
const JSON: Runs = Runs { short: 2000, long: 1000 };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let as_json = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--json"] => true,
        _ => {
            eprintln!("the only argument is --json");
            exit(2);
        }
    };
    let Runs { short, long } = if as_json { JSON } else { TEXT };
    let figures = vec![
        example_6_2(short),
        figure_6_2(short),
        grid(
            "figure-7.2",
            "n-step TD on the 19-state random walk",
            "n",
            n_step::sweep(0..long),
            long,
        ),
        sweep(
            "figure-12.3",
            "off-line lambda-return algorithm",
            Algorithm::OffLine,
            long,
        ),
        sweep(
            "figure-12.6",
            "TD(lambda), accumulating traces",
            Algorithm::Accumulating,
            long,
        ),
        sweep("figure-12.8", "true online TD(lambda)", Algorithm::TrueOnline, long),
    ];
    if as_json {
        println!("{}", json!({ "chapter": "ch03", "figures": figures }));
    } else {
        figures.iter().for_each(print);
    }
}

fn figure(
    id: &str,
    title: &str,
    runs: u64,
    parameters: Value,
    series: Vec<Value>,
) -> Value {
    json!({
        "id": format!("sutton-barto-2018-{id}"),
        "title": title,
        "unit": "root mean squared error",
        "method": "sampled",
        "runs": runs,
        "seeds": format!("0..{runs}"),
        "parameters": parameters,
        "series": series,
    })
}

fn example_6_2(runs: u64) -> Value {
    let series = |row: &random_walk::Row| {
        let name = match row.method {
            Method::Td(step_size) => format!("TD step size {step_size}"),
            Method::MonteCarlo(step_size) => format!("MC step size {step_size}"),
        };
        json!({
            "name": name, "x_name": "episodes", "x": (0..=WALKS).collect::<Vec<_>>(),
            "values": row.mean, "standard_errors": row.standard_error,
        })
    };
    figure(
        "example-6.2",
        "TD(0) and every-visit constant-step Monte Carlo on the 5-state random walk",
        runs,
        json!({ "states": 5, "discount": 1.0, "initial_value": 0.5 }),
        random_walk::errors(0..runs).iter().map(series).collect(),
    )
}

fn figure_6_2(runs: u64) -> Value {
    let errors = batch::errors(0..runs);
    let series = |name: &str, column: &[(f64, f64)]| {
        json!({
            "name": name, "x_name": "episodes", "x": (1..=WALKS).collect::<Vec<_>>(),
            "values": column.iter().map(|(mean, _)| mean).collect::<Vec<_>>(),
            "standard_errors": column.iter().map(|(_, error)| error).collect::<Vec<_>>(),
        })
    };
    figure(
        "figure-6.2",
        "batch TD(0) and batch Monte Carlo on the 5-state random walk, at their fixed points",
        runs,
        json!({ "states": 5, "discount": 1.0, "initial_value": 0.5 }),
        vec![series("TD", &errors.td), series("MC", &errors.monte_carlo)],
    )
}

fn sweep(id: &str, title: &str, algorithm: Algorithm, runs: u64) -> Value {
    grid(
        id,
        &format!("{title}, on the 19-state random walk"),
        "lambda",
        lambda::sweep(algorithm, 0..runs),
        runs,
    )
}

/// One series for each reach. Step sizes at which a run left all numbers behind are left
/// out.
fn grid(id: &str, title: &str, name: &str, rows: Vec<Row>, runs: u64) -> Value {
    let mut reaches: Vec<f64> = rows.iter().map(|row| row.reach).collect();
    reaches.dedup();
    let series = |reach: &f64| {
        let here = || {
            let finite =
                |row: &&Row| row.mean().is_finite() && row.standard_error().is_finite();
            rows.iter().filter(|row| row.reach == *reach).filter(finite)
        };
        json!({
            "name": format!("{name}={reach}"), "x_name": "step size",
            "x": here().map(|row| row.step_size).collect::<Vec<_>>(),
            "values": here().map(Row::mean).collect::<Vec<_>>(),
            "standard_errors": here().map(Row::standard_error).collect::<Vec<_>>(),
        })
    };
    let parameters = json!({
        "states": 19, "rewards": [-1.0, 1.0], "discount": 1.0, "initial_value": 0.0, "episodes": 10,
    });
    figure(id, title, runs, parameters, reaches.iter().map(series).collect())
}

/// Each series in one line: its least value and where, or its value at the end.
fn print(figure: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    println!(
        "{}: {} ({} runs)",
        text(&figure["id"]),
        text(&figure["title"]),
        figure["runs"]
    );
    for series in figure["series"].as_array().into_iter().flatten() {
        let numbers = |key: &str| -> Vec<f64> {
            series[key]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_f64)
                .collect()
        };
        let (x, values, errors) =
            (numbers("x"), numbers("values"), numbers("standard_errors"));
        let least = (0..values.len()).min_by(|&i, &j| values[i].total_cmp(&values[j]));
        if let Some(i) = least {
            println!(
                "  {:<20} least {:.4} ± {:.4} at {} {}, last {}",
                text(&series["name"]),
                values[i],
                errors[i],
                text(&series["x_name"]),
                x[i],
                readable(values[values.len() - 1])
            );
        }
    }
}

fn readable(x: f64) -> String {
    if x < 1000.0 { format!("{x:.4}") } else { format!("{x:.1e}") }
}
