// Package origin says where a setting or a credential is configured.
package origin

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// Place is a kind of place, as reports in JSON and config show spell it.
type Place string

// The places.
const (
	Flag        Place = "flag"
	Environment Place = "environment"
	Profile     Place = "profile"
	File        Place = "file"
	Stdin       Place = "standard input"
	Keyring     Place = "keyring"
	Command     Place = "command"
	Principal   Place = "service principal"
	Default     Place = "default"
)

// Origin is where something is configured. The zero Origin is nowhere.
type Origin struct {
	Place Place
	// Name is that of a flag (--tenant), variable, profile, entry, program or
	// service principal, or a path.
	Name string
	// Kept is where the value itself is, where a flag or a profile only names that.
	Kept *Origin
}

// String writes an origin as in "environment AZURE_CLIENT_SECRET", "file
// ./secret.txt" or "profile prod (keyring mailstore)".
func (o Origin) String() string {
	s := strings.TrimSpace(string(o.Place) + " " + o.Name)
	if o.Kept != nil {
		s += " (" + o.Kept.String() + ")"
	}
	return s
}

// Text names an origin for people.
func (o Origin) Text() msg.Text {
	t := msg.Literal(o.String())
	if o.Kept != nil {
		alone := o
		alone.Kept = nil
		return msg.New("%s (%s)", alone.Text(), o.Kept.Text())
	}
	switch o.Place {
	case Flag:
		t = msg.New("flag %s", o.Name)
	case Environment:
		t = msg.New("environment variable %s", o.Name)
	case Profile:
		t = msg.New("profile %s", o.Name)
	case File:
		t = msg.New("file %s", o.Name)
	case Stdin:
		t = msg.New("standard input")
	case Keyring:
		t = msg.New("keyring %s", o.Name)
	case Command:
		t = msg.New("command %s", o.Name)
	case Principal:
		t = msg.New("service principal %s", o.Name)
	case Default:
		t = msg.New("default")
	}
	return t
}

// Parse reads what String wrote, as a report holds it. What it does not know it keeps
// as it is.
func Parse(s string) Origin {
	places := []Place{Flag, Environment, Profile, File, Stdin, Keyring, Command, Principal, Default}
	i := slices.IndexFunc(places, func(p Place) bool { return s == string(p) || strings.HasPrefix(s, string(p)+" ") })
	if i < 0 {
		return Origin{Name: s}
	}
	o := Origin{Place: places[i], Name: strings.TrimPrefix(s[len(places[i]):], " ")}
	if o.Place != Flag && o.Place != Profile {
		return o
	}
	if name, rest, ok := strings.Cut(o.Name, " ("); ok && strings.HasSuffix(rest, ")") {
		kept := Parse(strings.TrimSuffix(rest, ")"))
		o.Name, o.Kept = name, &kept
	}
	return o
}
