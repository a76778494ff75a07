// Generic functions, closures and trait objects.
// SPDX-License-Identifier: Apache-2.0
use std::collections::HashMap;

mod pool {
    pub struct Keeper<T> {
        pub kept: Vec<Box<T>>,
    }

    impl<T: Clone> Keeper<T> {
        #[inline(never)]
        pub fn keep(&mut self, value: &T) -> usize {
            self.kept.push(Box::new(value.clone()));
            self.kept.len()
        }
    }
}

trait Shape {
    fn name(&self) -> String;
}

impl Shape for pool::Keeper<u32> {
    #[inline(never)]
    fn name(&self) -> String {
        format!("{} kept", self.kept.len())
    }
}

fn main() {
    let mut keeper = pool::Keeper { kept: Vec::new() };
    let mut counts: HashMap<String, usize> = HashMap::new();
    for value in 0..5u32 {
        let count = keeper.keep(&value);
        let mut note = |text: &str| *counts.entry(text.to_string()).or_insert(0) += count;
        note("even");
        note(&keeper.name());
    }
    let shape: Box<dyn Shape> = Box::new(keeper);
    println!("{} {}", shape.name(), counts.len());
}
