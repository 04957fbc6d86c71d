package config

// OpenFile reads the config file that the flags or the environment name, or the
// user's own, without choosing a profile: for what has to list them all. A file
// of the user's own that does not exist is an empty one.
func OpenFile(flags Flags, env Env) (*File, error) { return openFile(flags, env) }
