//! The figures of Sutton and Barto (2018) that the chapter reproduces: 3.2, 3.5, 4.1, 4.2
//! and 4.3.
//!
//! Argument: `--json` for one JSON object on standard output.

use ch02_bellman_and_value::gambler::{self, Order};
use ch02_bellman_and_value::policy_values::{
    GRID_DISCOUNT, estimates, random_on_the_grid,
};
use ch02_bellman_and_value::{car_rental, optimal_values, policy_values};
use envs::textbook::CARS;
use rl::Policy;
use serde_json::{Value, json};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => figures().iter().for_each(print),
        ["--json"] => println!("{}", json!({ "chapter": "ch02", "figures": figures() })),
        _ => {
            eprintln!("unknown: {}; say --json, or nothing", arguments.join(" "));
            std::process::exit(2);
        }
    }
}

fn figures() -> Vec<Value> {
    vec![figure_3_2(), figure_3_5(), figure_4_1(), figure_4_2(), figure_4_3()]
}

fn series(name: &str, shape: &[usize], values: &[f64]) -> Value {
    json!({ "name": name, "shape": shape, "values": values })
}

/// Chances of the four moves (north, east, south, west) in each state.
fn moves(name: &str, side: usize, policy: &Policy) -> Value {
    let values: Vec<f64> =
        (0..side * side).flat_map(|s| policy.row(s).to_vec()).collect();
    series(name, &[side, side, 4], &values)
}

fn figure_3_2() -> Value {
    json!({
        "id": "sutton-barto-2018-figure-3.2",
        "title": "Values of the random policy on the 5x5 grid",
        "unit": "reward",
        "method": "exact",
        "parameters": { "discount": GRID_DISCOUNT },
        "series": [series("value", &[5, 5], &random_on_the_grid())],
    })
}

fn figure_3_5() -> Value {
    let best = optimal_values::best_on_the_grid();
    json!({
        "id": "sutton-barto-2018-figure-3.5",
        "title": "Values and moves of the best policy on the 5x5 grid",
        "unit": "reward",
        "method": "exact",
        "parameters": { "discount": GRID_DISCOUNT },
        "series": [
            series("value", &[5, 5], &best.v),
            moves("chances of north, east, south, west", 5, &best.policy),
        ],
    })
}

fn figure_4_1() -> Value {
    let mut all = Vec::new();
    for estimate in estimates() {
        let sweeps = estimate.sweeps.map_or("inf".to_owned(), |k| k.to_string());
        all.push(series(&format!("k={sweeps}"), &[4, 4], &estimate.v));
        all.push(moves(&format!("k={sweeps}, greedy moves"), 4, &estimate.greedy));
    }
    json!({
        "id": "sutton-barto-2018-figure-4.1",
        "title": "The random policy on the 4x4 grid, sweep by sweep",
        "unit": "reward",
        "method": "exact",
        "parameters": { "discount": 1.0, "tie within": policy_values::SLACK },
        "series": all,
    })
}

fn figure_4_2() -> Value {
    let shape = [CARS + 1, CARS + 1];
    let stages = car_rental::policies();
    let mut all = Vec::new();
    for (i, stage) in stages.iter().enumerate() {
        let cars: Vec<f64> = stage.moved.iter().map(|&cars| cars as f64).collect();
        all.push(series(&format!("policy {i}"), &shape, &cars));
    }
    all.push(series("value of the last policy", &shape, &stages[stages.len() - 1].v));
    json!({
        "id": "sutton-barto-2018-figure-4.2",
        "title": "Jack's car rental: cars moved from the first location to the second; rows are cars at the first location, from 0",
        "unit": "cars; reward for the value",
        "method": "exact",
        "parameters": { "discount": 0.9 },
        "series": all,
    })
}

fn figure_4_3() -> Value {
    let heads = gambler::coin();
    let game = gambler::solve(heads);
    let capitals: Vec<f64> = (1..100).map(f64::from).collect();
    let line = |name: String, values: &[f64]| json!({ "name": name, "x_name": "capital", "x": capitals, "values": values });
    let mut all = Vec::new();
    for (order, name) in [(Order::InPlace, ""), (Order::AtOnce, ", all states at once")] {
        for (sweep, v) in gambler::SHOWN.iter().zip(gambler::estimates(heads, order)) {
            all.push(line(format!("sweep {sweep}{name}"), &v[1..100]));
        }
    }
    all.push(line("final value".to_owned(), &game.v[1..100]));
    let stake = |pick: fn(&[usize]) -> usize| -> Vec<f64> {
        (1..100).map(|capital| pick(&game.best_stakes(capital)) as f64).collect()
    };
    all.push(line("smallest best stake".to_owned(), &stake(|stakes| stakes[0])));
    let last = |stakes: &[usize]| stakes[stakes.len() - 1];
    all.push(line("largest best stake".to_owned(), &stake(last)));
    json!({
        "id": "sutton-barto-2018-figure-4.3",
        "title": "The gambler's problem: chance to win by sweep, and the best stakes",
        "unit": "chance to win; capital for the stakes",
        "method": "exact",
        "parameters": {
            "heads": heads.get(),
            "discount": 1.0,
            "order": "in place from capital 1 upward, unless named otherwise",
        },
        "series": all,
    })
}

/// The same as text: a table a series, a line for each row of it.
fn print(figure: &Value) {
    let text = |key: &str| figure[key].as_str().unwrap_or_default();
    println!("{}: {}", text("id"), text("title"));
    println!(
        "  unit {}, {}, parameters {}",
        text("unit"),
        text("method"),
        figure["parameters"]
    );
    for series in figure["series"].as_array().into_iter().flatten() {
        println!("  {}", series["name"].as_str().unwrap_or_default());
        let values: Vec<f64> = numbers(&series["values"]);
        let width = match numbers(&series["shape"])[..] {
            [_, columns] => columns as usize,
            [_, columns, each] => (columns * each) as usize,
            _ => 9,
        };
        for row in values.chunks(width) {
            println!(
                "   {}",
                row.iter().map(|v| format!(" {v:>8.4}")).collect::<String>()
            );
        }
    }
    println!();
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}
