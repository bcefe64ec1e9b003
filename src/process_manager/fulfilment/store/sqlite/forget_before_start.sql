-- What a process that stands before the first event cannot know. Commands that wait for their answer are decided again, and
-- what is parked is met again.
DELETE FROM instances WHERE (SELECT position FROM checkpoint) = 0;
DELETE FROM outgoing WHERE (SELECT position FROM checkpoint) = 0;
DELETE FROM parked WHERE (SELECT position FROM checkpoint) = 0;
DELETE FROM parked_waiting WHERE (SELECT position FROM checkpoint) = 0;
