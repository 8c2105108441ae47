//! The loop of the terminal: samples, frames and keys.

use std::{thread, time::Duration};

use anyhow::Result;
use ratatui::{
    DefaultTerminal,
    crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    time::{MissedTickBehavior, interval},
};

use crate::{draw::draw, faults::Key, memory, recording::SAMPLE_PERIOD, world::World};

/// How long the thread that reads keys waits before it looks whether the program still wants them.
const POLL: Duration = Duration::from_millis(100);

/// What the user asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Disturb something.
    Press(Key),
    /// Leave.
    Quit,
    /// The size has changed.
    Redraw,
}

impl Input {
    /// The meaning of an event of the terminal. `None` if it has none.
    pub fn of(event: &Event) -> Option<Self> {
        match event {
            Event::Key(KeyEvent { kind: KeyEventKind::Press, code, modifiers, .. }) => match code {
                KeyCode::Char('c') if modifiers.contains(KeyModifiers::CONTROL) => Some(Self::Quit),
                KeyCode::Char('q') | KeyCode::Esc => Some(Self::Quit),
                KeyCode::Char(character) => Key::of(*character).map(Self::Press),
                _ => None,
            },
            Event::Resize(..) => Some(Self::Redraw),
            _ => None,
        }
    }
}

/// Restores the terminal, also if the future that draws is dropped. After a panic, ratatui's hook does so.
struct Restore;

impl Drop for Restore {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

/// Shows the dashboard until the user leaves. The terminal is restored, also after an error, a panic or a signal, and if the
/// future is dropped.
///
/// # Errors
/// If the terminal cannot be used.
pub async fn run(world: World) -> Result<()> {
    // First: a signal that arrives later does not end the process.
    let ended = signals()?;
    let mut terminal = ratatui::try_init()?;
    let _restore = Restore;
    tokio::select! {
        result = show(&mut terminal, world) => result,
        () = ended => Ok(()),
    }
}

/// Completes when another process asks this one to end. Ctrl-C on the keyboard is not a signal, but a key.
#[cfg(unix)]
fn signals() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// Completes when another process asks this one to end.
#[cfg(not(unix))]
fn signals() -> Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        let _ = interrupt.recv().await;
    })
}

async fn show(terminal: &mut DefaultTerminal, mut world: World) -> Result<()> {
    let mut inputs = inputs();
    let mut samples = interval(SAMPLE_PERIOD);
    samples.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = samples.tick() => {
                world.state.memory = memory::resident();
                world.sample();
            }
            input = inputs.recv() => match input {
                Some(Input::Press(key)) => {
                    world.press(key)?;
                    world.sample();
                }
                Some(Input::Redraw) => {}
                Some(Input::Quit) | None => return Ok(()),
            },
        }
        terminal.draw(|frame| draw(frame, &world.state))?;
    }
}

/// Reads keys on a thread of their own: the terminal's functions block.
fn inputs() -> Receiver<Input> {
    let (sender, receiver) = channel(16);
    thread::spawn(move || read(&sender));
    receiver
}

fn read(inputs: &Sender<Input>) {
    while !inputs.is_closed() {
        match event::poll(POLL) {
            Ok(false) => {}
            Ok(true) => match event::read() {
                Ok(event) => {
                    if let Some(input) = Input::of(&event)
                        && inputs.blocking_send(input).is_err()
                    {
                        return;
                    }
                }
                // The terminal is gone. The closed channel ends the program.
                Err(_) => return,
            },
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_meanings() {
        let press = |code, modifiers| Input::of(&Event::Key(KeyEvent::new(code, modifiers)));
        assert_eq!(press(KeyCode::Char('c'), KeyModifiers::NONE), Some(Input::Press(Key::Cut)));
        assert_eq!(press(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Input::Quit));
        assert_eq!(press(KeyCode::Char('q'), KeyModifiers::NONE), Some(Input::Quit));
        assert_eq!(press(KeyCode::Char('?'), KeyModifiers::NONE), None);
        assert_eq!(Input::of(&Event::Resize(80, 24)), Some(Input::Redraw));
    }
}
