// Package where finds the places that hold or name a credential of an application:
// in files, in the environment, and where other programs keep secrets. It never
// shows a value; values that are equal share a number.
package where

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// App is the application whose credentials are looked for.
type App struct {
	// ID is the application (client) ID, a GUID in lower case.
	ID string
	// Listed are the credentials of the application and its service principal. Known
	// is false where they could not be read.
	Listed []result.Credential
	Known  bool
	// Configured is the secret that the run is configured with, empty where there is
	// none or it is another application's.
	Configured secrets.Value
}

// Source is somewhere to search.
type Source interface {
	// name is how --in calls it.
	name() string
	// each gives what is to be searched to visit, one document after the other. It
	// returns why the source as a whole could not be searched. What could not be
	// read of it is told to log, and so is what was left out.
	each(ctx context.Context, visit func(document), log *tally) error
}

// document is one text that is searched.
type document struct {
	// Location names it for people and for machines: a path, or an address.
	Location string
	// Text is what it holds. FirstLine is the number of its first line, 0 where it
	// has no lines.
	Text      string
	FirstLine int
	// Target is how --to names the place of a setting, empty where there is no such
	// target. whole says that the document holds the value and nothing else. It may
	// be nil.
	Target func(setting string, whole bool) string
	// Certificates are the SHA-1 thumbprints of those that it holds in a binary form, in
	// hexadecimal digits.
	Certificates []string
	// Hidden are names of settings whose values nobody can read here.
	Hidden []string
}

// Options say what is searched for, and how.
type Options struct {
	App     App
	Sources []Source
	// Prove signs in with a value, nil where nobody asked for that. It answers
	// result.Valid, result.Expired, result.PlaceRefused, or result.PlaceUnknown where
	// Entra's answer says nothing of the value.
	Prove func(context.Context, secrets.Value) result.CredentialStatus
}

// maxProofs bounds how many values are tried.
const maxProofs = 25

// Search looks through all sources. A source that fails as a whole is listed as
// unreadable. The error is that of the context.
func Search(ctx context.Context, o Options) (*result.Where, error) {
	out := &result.Where{Places: []result.Place{}, Unreadable: []result.Unreadable{}}
	var all []found
	for _, s := range o.Sources {
		log := &tally{source: s.name()}
		finder := newFinder(o.App)
		err := s.each(ctx, func(d document) { log.took(finder.document(s.name(), d)) }, log)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			log.unread("", err)
		}
		all = append(all, log.sorted()...)
		log.addTo(out)
	}
	out.Notes = append(out.Notes, prove(ctx, all, o.App, o.Prove)...)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	out.Places = places(all, o.App)
	if !o.App.Known {
		out.Notes = append(out.Notes, msg.New("The credentials of the application could not be read, so it is not known which of them a place contains."))
	}
	out.Searched.Places = len(out.Places)
	out.Remedies = append(renewals(out.Places, o.App), unnamed(out.Places)...)
	hidePaths(out.Places)
	return out, ctx.Err()
}

// places judges what was found, and gives equal values the same number.
func places(all []found, app App) []result.Place {
	numbers := map[secrets.Value]int{}
	list := []result.Place{}
	for _, f := range all {
		p, ours := judge(f, app)
		if !ours {
			continue
		}
		if !f.value.Empty() {
			if numbers[f.value] == 0 {
				numbers[f.value] = len(numbers) + 1
				_ = secrets.NewValue(f.value.Reveal()) // from here on no writer lets it through
			}
			n := numbers[f.value]
			p.Value = &n
		}
		list = append(list, p)
	}
	return list
}

// prove signs in once with each distinct value that may be one of the
// application's.
func prove(ctx context.Context, all []found, app App, try func(context.Context, secrets.Value) result.CredentialStatus) []msg.Text {
	if try == nil {
		return nil
	}
	known := map[secrets.Value]result.CredentialStatus{}
	left := false
	for i := range all {
		v := all[i].value
		if _, ours := judge(all[i], app); v.Empty() || !ours || ctx.Err() != nil {
			continue
		}
		if _, tried := known[v]; !tried {
			if len(known) == maxProofs {
				left = true
				continue
			}
			_ = secrets.NewValue(v.Reveal())
			known[v] = try(ctx, v)
		}
		all[i].proof = known[v]
	}
	var notes []msg.Text
	if left {
		notes = append(notes, msg.New("Only the first %d distinct values were tested by signing in.", maxProofs))
	}
	if slices.ContainsFunc(all, func(f found) bool { return f.proof == result.PlaceUnknown }) {
		notes = append(notes, msg.New("A test sign-in gave no clear answer; the certainty of such places was not raised."))
	}
	return notes
}

// lower is the text in lower-case ASCII, at the same offsets.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
