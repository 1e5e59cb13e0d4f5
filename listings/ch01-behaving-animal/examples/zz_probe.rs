//! probe
use ch01_behaving_animal::{latent_learning as l, detour as d, puzzle_box as p};
use prob::interval::*;
use ch01_behaving_animal::maze_trial::Settings; use envs::Discount;
fn main(){
  let a:Vec<f64>=std::env::args().skip(1).map(|x| x.parse().unwrap()).collect();
  let st=Settings{step_size:a[0],discount:Discount::new(a[1]).unwrap(),temperature:a[2],lambda:a[3],food_step:a[4]};
  println!("{st:?}");
  let t=std::time::Instant::now();
  let rows=l::run_with(st,0..60);
  println!("latent {:?}", t.elapsed());
  for le in l::Learner::ALL { for g in l::Group::ALL {
    print!("{:>15} {:>12}", le.name(), g.name());
    for day in 1..=l::DAYS { let e:Vec<f64>=rows.iter().filter(|r| r.learner==le&&r.group==g&&r.day==day).map(|r| r.errors as f64).collect(); print!(" {:5.1}", mean(&e)); }
    println!(); }}
  let t=std::time::Instant::now();
  let rows=p::run(0..100);
  println!("puzzle {:?}", t.elapsed());
  for k in p::Kind::ALL { print!("{:>18}",k.name());
    for tr in [1,2,3,5,8,10,15,20,25,30,40,50,60] { let e:Vec<f64>=rows.iter().filter(|r| r.kind==k&&r.trial==tr).map(|r| r.latency).collect(); print!(" {tr}:{:.0}/{:.0}/{:.0}", quantile(&e,0.25),median(&e),quantile(&e,0.75)); }
    println!();
    for q in [10.0,15.0,20.0,30.0] {
    let mut rl:Vec<f64>=vec![]; let mut none=0;
    for s in 0..100 { let e:Vec<f64>=rows.iter().filter(|r| r.kind==k&&r.seed==s).map(|r| r.latency).collect(); match p::relapses(&e,q){Some(x)=>rl.push(x as f64),None=>none+=1} }
    if !rl.is_empty(){println!("   q {q} none {none} relapses q10/50/90/max {:.1} {:.1} {:.1} {:.1} mean {:.2}", quantile(&rl,0.1),median(&rl),quantile(&rl,0.9),quantile(&rl,1.0),mean(&rl));}
    }
  }
  let t=std::time::Instant::now();
  let rows=d::run_with(st,0..30);
  println!("detour {:?}", t.elapsed());
  for le in l::Learner::ALL {
    print!("{:>15}", le.name());
    for tr in [1,2,5,10,20,40,69,70,71,72,73,74,75,80,90,100,150,170] { let e:Vec<f64>=rows.iter().filter(|r| r.learner==le&&r.trial==tr).map(|r| r.steps as f64).collect(); print!(" {tr}:{:.0}", median(&e)); }
    println!();
    let per=|s:u64| rows.iter().filter(|r| r.learner==le&&r.seed==s).copied().collect::<Vec<_>>();
    let tt:Vec<f64>=(0..30).map(|s| d::trials_to_replan(&per(s)).map_or(f64::INFINITY,|x| x as f64)).collect();
    let rg:Vec<f64>=(0..30).map(|s| d::regret(&per(s)) as f64).collect();
    println!("   replan med {} q {} {}  regret med {} mean {}", median(&tt),quantile(&tt,0.25),quantile(&tt,0.75),median(&rg),mean(&rg));
  }

  use ch01_behaving_animal::{sunburst as u, vector_map::Senses};
  let t=std::time::Instant::now();
  for te in [0.0,5.0,10.0,15.0,20.0,30.0,40.0,60.0] {
  let rows=u::run_with(Senses{turn_error:te,length_error:te/100.0},0..400);
  for c in u::Chooser::ALL { if c!=u::Chooser::VectorMap && te!=0.0 {continue}
    print!("{te} {:>18}",c.name()); for p in 1..=18 { print!(" {}", rows.iter().filter(|r| r.chooser==c&&r.path==p).count()); } println!(); }}
  println!("sunburst {:?}", t.elapsed());
}
