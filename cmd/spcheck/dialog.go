package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/target"
)

// dialog asks on standard error and reads answers from standard input.
type dialog struct {
	app      *app
	lines    *bufio.Reader
	language string
	parse    func(string) (target.Target, error)
	screen   func() target.Target
}

func (d *dialog) say(t msg.Text) {
	d.app.line.clear()
	d.app.note(t)
}

// ask reads one line. A read from a terminal cannot be interrupted, so it runs in
// another goroutine.
func (d *dialog) ask(ctx context.Context, question msg.Text) (string, bool) {
	d.app.line.clear()
	fmt.Fprintf(d.app.err, "%s ", question.In(d.language))
	answer := make(chan string, 1)
	go func() {
		line, err := d.lines.ReadString('\n')
		if err == nil {
			answer <- strings.TrimSpace(line)
		}
		close(answer)
	}()
	select {
	case line, ok := <-answer:
		return line, ok
	case <-ctx.Done():
		return "", false
	}
}

// Another asks for another target after the value could not be stored. It returns nil
// if the user enters none.
func (d *dialog) Another(ctx context.Context, problem msg.Text) target.Target {
	d.say(msg.New("The value could not be stored: %s", problem))
	for {
		line, ok := d.ask(ctx, msg.New("Enter another target, such as file:PATH; \"show\" to see the value here; or nothing, to end here (the new secret is removed again, unless a target may contain it):"))
		switch {
		case !ok || line == "":
			return nil
		case line == "show":
			return d.screen()
		}
		t, err := d.parse(line)
		if err == nil {
			return t
		}
		d.app.complain(fail.From(err))
	}
}

// Confirm asks a yes/no question. Anything but yes means no. The details are shown even with
// --quiet: a person cannot decide without them.
func (d *dialog) Confirm(ctx context.Context, question msg.Text, details ...msg.Text) bool {
	for _, t := range details {
		d.say(t)
	}
	line, _ := d.ask(ctx, msg.New("%s [y/N]", question))
	switch strings.ToLower(line) {
	case "y", "yes", "j", "ja":
		return true
	}
	return false
}
