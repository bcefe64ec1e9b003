-- What a process that stands before the first event cannot know. Commands that wait for their answer are decided again.
DELETE FROM fulfilment_v2_instances WHERE (SELECT position FROM fulfilment_v2_checkpoint) = 0;
DELETE FROM fulfilment_v2_outgoing WHERE (SELECT position FROM fulfilment_v2_checkpoint) = 0;
