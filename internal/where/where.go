// Package where finds the places that contain or name a credential of an application: in
// files, in the environment, and where other programs keep secrets. It never shows a
// value; equal values get the same number.
package where

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// App is the application whose credentials are searched for.
type App struct {
	// ID is the application (client) ID, a GUID in lower case.
	ID string
	// Listed are the credentials of the application and its service principal. Known is
	// false if they could not be read.
	Listed []result.Credential
	Known  bool
	// Configured is the secret that the run is configured with. It is empty if there is
	// none or if it belongs to another application.
	Configured secrets.Value
}

// Source is something to search.
type Source interface {
	// name is how --in names it.
	name() string
	// each passes every document to log. It returns an error if the source as a whole
	// could not be searched. Parts that could not be read go to log as well.
	each(ctx context.Context, log *tally) error
}

// document is one text that is searched.
type document struct {
	// Location is a path or an address.
	Location string
	// Text is the content. FirstLine is the number of its first line, or 0 if it has no
	// lines.
	Text      string
	FirstLine int
	// Target returns how --to names the place of a setting, or an empty string if there
	// is no such target. whole means that the document is the value and nothing else.
	// Target may be nil.
	Target func(setting string, whole bool) string
	// Certificates are the SHA-1 thumbprints, in hexadecimal, of certificates in binary
	// form.
	Certificates []string
	// Hidden are names of settings whose values cannot be read.
	Hidden []string
}

// Options say what is searched for, and how.
type Options struct {
	App     App
	Sources []Source
	// Prove signs in with a value. It is nil if the user did not ask for that. It returns
	// result.Valid, result.Expired, result.PlaceRefused, or result.PlaceUnknown if Entra's
	// answer says nothing about the value.
	Prove func(context.Context, secrets.Value) result.CredentialStatus
}

// maxProofs limits how many values are tried.
const maxProofs = 25

// Search searches all sources. A source that fails as a whole is listed as unreadable. The
// error is that of the context.
func Search(ctx context.Context, o Options) (*result.Where, error) {
	out := &result.Where{Places: []result.Place{}, Unreadable: []result.Unreadable{}}
	var all []found
	for _, s := range o.Sources {
		log := &tally{source: s.name(), finder: newFinder(o.App)}
		err := s.each(ctx, log)
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

// places judges the finds, and gives equal values the same number.
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
				_ = secrets.NewValue(f.value.Reveal()) // from now on it is redacted in all output
			}
			n := numbers[f.value]
			p.Value = &n
		}
		list = append(list, p)
	}
	return list
}

// prove signs in once with each distinct value that may be one of the application's.
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

// lower returns the text in lower-case ASCII, with the same offsets.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
