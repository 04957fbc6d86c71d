package secrets

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/spcheck/spcheck/internal/msg"
)

// formError reports an invalid source and quotes nothing of it.
type formError struct {
	what msg.Text
	node ast.Node
}

func (e *formError) Error() string  { return e.what.String() }
func (e *formError) Text() msg.Text { return e.what }

// Position returns the position of the source in its file, or 0 if it is not known.
func (e *formError) Position() (line, column int) {
	if t := e.node.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line, t.Position.Column
	}
	return 0, 0
}

// UnmarshalYAML reads a source from its node. It rejects a literal secret without
// repeating it, because config files end up in backups and repositories. The error has
// a Text and a Position.
func (s *Source) UnmarshalYAML(node ast.Node) error {
	if _, ok := node.(ast.MapNode); !ok {
		return &formError{msg.New("the config file must not contain the secret itself; write {env: NAME}, {file: PATH}, {keyring: NAME} or {command: [ARG, ...]}"), node}
	}
	var p struct {
		Env, File, Keyring string
		Command            []string
	}
	if err := yaml.NodeToValue(node, &p, yaml.Strict()); err != nil {
		return &formError{msg.New("a secret is one of {env: NAME}, {file: PATH}, {keyring: NAME} or {command: [ARG, ...]}"), node}
	}
	given := 0
	for _, set := range []bool{p.Env != "", p.File != "", p.Keyring != "", len(p.Command) > 0} {
		if set {
			given++
		}
	}
	if given != 1 {
		return &formError{msg.New("a secret needs exactly one of env, file, keyring and command"), node}
	}
	*s = Source{Env: p.Env, File: p.File, Keyring: p.Keyring, command: hide(p.Command)}
	return nil
}
