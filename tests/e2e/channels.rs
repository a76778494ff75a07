//! channels.rs - a Rust program of threads, channels and shared maps.
// SPDX-License-Identifier: Apache-2.0
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{mpsc, Arc, Mutex};
use std::thread;

#[derive(Debug, Clone)]
enum Message {
    Text(String),
    Numbers(Vec<u64>),
    Nested(Box<Message>),
}

fn weight(message: &Message) -> u64 {
    match message {
        Message::Text(text) => text.len() as u64,
        Message::Numbers(numbers) => numbers.iter().sum(),
        Message::Nested(inner) => 1 + weight(inner),
    }
}

fn make(seed: u64) -> Message {
    match seed % 3 {
        0 => Message::Text(format!("message {seed} of {}", seed / 7)),
        1 => Message::Numbers((0..seed % 40).collect()),
        _ => Message::Nested(Box::new(make(seed / 3))),
    }
}

fn alone(count: u64) -> u64 {
    let mut by_weight: BTreeMap<u64, VecDeque<Message>> = BTreeMap::new();
    for i in 0..count {
        let message = make(i);
        let queue = by_weight.entry(weight(&message)).or_default();
        queue.push_back(message.clone());
        if queue.len() > 20 {
            queue.pop_front();
        }
    }
    by_weight.iter().map(|(weight, queue)| weight * queue.len() as u64).sum()
}

fn together(threads: u64, count: u64) -> u64 {
    let (sender, receiver) = mpsc::channel();
    let seen = Arc::new(Mutex::new(HashMap::new()));
    let workers: Vec<_> = (0..threads)
        .map(|id| {
            let (sender, seen) = (sender.clone(), Arc::clone(&seen));
            thread::spawn(move || {
                for i in 0..count {
                    let message = make(i + id);
                    *seen.lock().unwrap().entry(weight(&message)).or_insert(0u64) += 1;
                    sender.send(message).unwrap();
                }
            })
        })
        .collect();
    drop(sender);
    let sum = receiver.iter().map(|message| weight(&message)).sum();
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    let total: u64 = seen.lock().unwrap().values().sum();
    assert_eq!(total, threads * count);
    sum
}

fn main() {
    let arguments: Vec<u64> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let (threads, count) = (arguments[0], arguments[1]);
    let sum = if threads == 0 { alone(count) } else { together(threads, count) };
    println!("sum {sum}");
    let caught = std::panic::catch_unwind(|| {
        std::panic::set_hook(Box::new(|_| {}));
        panic!("unwinding works");
    });
    std::process::exit(if caught.is_err() { 5 } else { 0 });
}
