package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/result"
)

// between is the pause between mails to owners. Mail servers accept about 30 per second
// from one sender without treating them as a flood.
const between = 40 * time.Millisecond

// lostMost is the number of consecutive mails that may fail because the connection is lost.
// After that, no more are sent.
const lostMost = 5

// Target is a place that stores a URL, and the address in that URL. If Address is nil,
// Problem says why, and the delivery counts as failed.
type Target struct {
	Name    string
	Address *Address
	Problem msg.Text
}

// Order says where and how to send messages.
type Order struct {
	Targets  []Target
	Lang     string
	Template *Template
	// Dry is for a dry run: if it is not nil, the messages and their recipients are
	// written to it and not sent.
	Dry io.Writer
}

// Deliver sends the news to all targets, even if some fail, and returns the results. If
// there is no news, it sends nothing.
func (s *Sender) Deliver(ctx context.Context, n *News, o Order) *result.Notification {
	out := &result.Notification{Status: result.NothingNew, Findings: n.count, Deliveries: []result.Delivery{}}
	if n.nothing() {
		return idle(out, o.Targets)
	}
	if n.owners != nil {
		out.WithoutMail = n.owners.rest.count
	}
	d := &delivery{sender: s, news: n, order: o, pending: &result.PendingNotification{Changes: n.listed}}
	out.Status = result.NotificationSent
	for _, t := range o.Targets {
		one := d.to(ctx, t)
		out.Deliveries = append(out.Deliveries, one)
		if one.Failed > 0 {
			out.Status = result.NotificationFailed
		}
	}
	switch {
	case o.Dry != nil:
		out.Status = result.NotificationPlanned
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled):
		out.Status = result.NotificationCutShort
	}
	if out.Unfinished() || o.Dry != nil {
		slices.Sort(d.pending.Findings)
		d.pending.Findings = slices.Compact(d.pending.Findings)
		out.Pending = d.pending
	}
	return out
}

// idle reports targets without an address although there is no news. Otherwise a wrong
// configuration would go unnoticed until there is something to send.
func idle(out *result.Notification, targets []Target) *result.Notification {
	for _, t := range targets {
		if t.Address == nil {
			out.Status = result.NotificationFailed
			out.Deliveries = append(out.Deliveries, result.Delivery{To: t.Name, Failed: 1, Error: t.Problem})
		}
	}
	return out
}

type delivery struct {
	sender  *Sender
	news    *News
	order   Order
	pending *result.PendingNotification
}

// to sends the news to one target, as one message for everyone or, by mail, as one message
// per owner.
func (d *delivery) to(ctx context.Context, t Target) result.Delivery {
	out := result.Delivery{To: t.Name}
	if t.Address == nil {
		out.Failed, out.Error = 1, t.Problem
		d.missed(&d.news.tally)
		return out
	}
	if d.news.owners != nil && t.Address.Mails() {
		d.toOwners(ctx, t, &out)
		return out
	}
	lines := chatLines
	if t.Address.Mails() {
		lines = mailLines
	}
	m, err := d.news.message(d.order.Lang, lines)
	if err == nil {
		err = d.one(ctx, t, m, t.Address.to, func() error { return d.sender.Send(ctx, t.Address, m) })
	}
	if !d.count(&out, err) {
		d.missed(&d.news.tally)
	}
	return out
}

// toOwners sends one mail per owner, all over the same connection. Mail about other news
// goes to the recipients in the URL.
func (d *delivery) toOwners(ctx context.Context, t Target, out *result.Delivery) {
	server := &mailer{sender: d.sender, to: t.Address}
	defer server.close()
	all := d.news.owners.sorted()
	if d.news.owners.rest.count > 0 || d.news.changed() {
		all = append(all, d.news.owners.rest)
	}
	lost := 0 // consecutive lost connections
	for i, o := range all {
		if ctx.Err() != nil || lost >= lostMost {
			for _, o := range all[i:] {
				d.count(out, errUnsent(ctx))
				d.missed(&o.tally)
			}
			return
		}
		recipients := []string{o.mail}
		if o.mail == "" {
			recipients = t.Address.to
		}
		m, err := d.news.forOwner(o, d.order.Template, d.order.Lang)
		if err == nil {
			err = d.one(ctx, t, m, recipients, func() error { return server.send(ctx, recipients, m) })
		}
		if d.count(out, err) {
			lost = 0
		} else {
			d.missed(&o.tally)
			if err != nil && server.client == nil {
				lost++
			}
		}
		if d.order.Dry == nil && i+1 < len(all) {
			sleep := d.sender.Sleep
			if sleep == nil {
				sleep = pause.For
			}
			_ = sleep(ctx, between)
		}
	}
}

func errUnsent(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return msg.Error(msg.New("the connection to the mail server failed five times in a row"))
}

// one sends a message. In a dry run it writes the message and its recipients instead.
func (d *delivery) one(ctx context.Context, t Target, m *Message, to []string, send func() error) error {
	if d.order.Dry == nil {
		return send()
	}
	whom := origin.Parse(t.Name).Text().In(d.order.Lang)
	if len(to) > 0 {
		whom += ": " + clean(strings.Join(to, ", "))
	}
	_, err := fmt.Fprintf(d.order.Dry, "%s\n%s\n\n%s\n", whom, m.Subject, m.text())
	return err
}

// count counts a message and reports whether it was delivered.
func (d *delivery) count(out *result.Delivery, err error) bool {
	switch {
	case err == nil && d.order.Dry != nil:
		return false
	case err == nil:
		out.Sent++
		return true
	}
	out.Failed++
	if out.Error.IsZero() {
		out.Error = msg.Of(err)
	}
	return false
}

// missed saves the findings that were not delivered for the next run.
func (d *delivery) missed(t *tally) {
	if t.count > len(t.keys) || len(d.pending.Findings)+len(t.keys) > 4*pendingMost {
		d.pending.All = true
	} else {
		d.pending.Findings = append(d.pending.Findings, t.keys...)
	}
}
