// Package origin says where a setting or a credential is configured.
package origin

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// Place is a kind of place, spelled as in JSON reports and config show.
type Place string

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
	// Name is the name of the flag (such as --tenant), variable, profile, keyring entry,
	// program or service principal, or a path.
	Name string
	// Kept is where the value itself is, if a flag or profile only refers to it.
	Kept *Origin
}

// String formats an origin for JSON, for example "environment AZURE_CLIENT_SECRET", "file
// ./secret.txt" or "profile prod (keyring mailstore)".
func (o Origin) String() string {
	s := strings.TrimSpace(string(o.Place) + " " + o.Name)
	if o.Kept != nil {
		s += " (" + o.Kept.String() + ")"
	}
	return s
}

// Text formats an origin for people.
func (o Origin) Text() msg.Text {
	if o.Kept != nil {
		alone := o
		alone.Kept = nil
		return msg.New("%s (%s)", alone.Text(), o.Kept.Text())
	}
	known := map[Place]msg.Text{
		Flag:        msg.New("flag %s", o.Name),
		Environment: msg.New("environment variable %s", o.Name),
		Profile:     msg.New("profile %s", o.Name),
		File:        msg.New("file %s", o.Name),
		Stdin:       msg.New("standard input"),
		Keyring:     msg.New("keyring %s", o.Name),
		Command:     msg.New("command %s", o.Name),
		Principal:   msg.New("service principal %s", o.Name),
		Default:     msg.New("default"),
	}
	if t, ok := known[o.Place]; ok {
		return t
	}
	return msg.Literal(o.String())
}

// Parse parses the output of String. An unknown format becomes the Name.
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
