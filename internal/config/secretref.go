package config

import (
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/spcheck/spcheck/internal/msg"
)

// SecretRef says where a secret is kept. Exactly one field is set. A literal
// secret in the config file is refused: such files end up in backups and
// repositories.
type SecretRef struct {
	Env     string   `yaml:"env,omitempty"`
	File    string   `yaml:"file,omitempty"`
	Keyring string   `yaml:"keyring,omitempty"`
	Command []string `yaml:"command,omitempty"`
}

// refError is about a reference to a secret, and quotes nothing of it.
type refError struct {
	what         msg.Text
	line, column int
}

func (e *refError) Error() string { return e.what.String() }

func at(node ast.Node, what msg.Text) error {
	e := &refError{what: what}
	if t := node.GetToken(); t != nil && t.Position != nil {
		e.line, e.column = t.Position.Line, t.Position.Column
	}
	return e
}

// UnmarshalYAML reads the reference from its node, so that a literal can be
// refused without repeating it.
func (r *SecretRef) UnmarshalYAML(node ast.Node) error {
	if _, ok := node.(ast.MapNode); !ok {
		return at(node, msg.New("a secret itself may not stand in the config file; write {env: NAME}, {file: PATH}, {keyring: NAME} or {command: [ARG, ...]}"))
	}
	type plain SecretRef
	var p plain
	if err := yaml.NodeToValue(node, &p, yaml.Strict()); err != nil {
		return at(node, msg.New("a secret is one of {env: NAME}, {file: PATH}, {keyring: NAME} or {command: [ARG, ...]}"))
	}
	*r = SecretRef(p)
	if r.count() != 1 {
		return at(node, msg.New("a secret needs exactly one of env, file, keyring and command"))
	}
	return nil
}

func (r *SecretRef) count() int {
	n := 0
	for _, set := range []bool{r.Env != "", r.File != "", r.Keyring != "", len(r.Command) > 0} {
		if set {
			n++
		}
	}
	return n
}

// String names the place, as reports do.
func (r *SecretRef) String() string {
	switch {
	case r.Env != "":
		return "environment " + r.Env
	case r.File != "":
		return "file " + r.File
	case r.Keyring != "":
		return "keyring " + r.Keyring
	case len(r.Command) > 0:
		// Only the program: its arguments may be nobody's business.
		return fmt.Sprintf("command %s", r.Command[0])
	}
	return ""
}
